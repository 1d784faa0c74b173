using System.Globalization;

namespace Bellman.Cli;

/// <summary>A part of what is told of an environment: a sentence, or a table.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Text">A sentence; empty if there is only a table.</param>
/// <param name="Columns">The table's columns; empty if there is none.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record SheetPart(string Title, string Text, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Whether another part says the same.</summary>
    public bool Says(SheetPart other) => Title == other.Title && Text == other.Text && Rows.Count == other.Rows.Count && Rows.Zip(other.Rows).All(pair => pair.First.SequenceEqual(pair.Second));
}

/// <summary>All that is known of an environment, asked of the code where it can be and of its notes where not. <c>bellman describe</c> and the pages in docs/environments show it.</summary>
/// <param name="Spec">The registration.</param>
/// <param name="Parts">In the order in which they are shown.</param>
internal sealed record EnvironmentSheet(EnvironmentSpec Spec, IReadOnlyList<SheetPart> Parts)
{
    /// <summary>Makes the environment and asks it.</summary>
    /// <exception cref="ArgumentException">Its notes do not fit it.</exception>
    public static EnvironmentSheet Of(EnvironmentSpec spec)
    {
        var options = new EnvironmentOptions();
        using var environment = spec.Factory(options);
        return Of(spec, options, environment, spec.Notes?.Observation, spec.Notes?.Action);
    }

    /// <summary>Makes the environment with options and wrappers and asks it.</summary>
    /// <param name="id">Its id, or a file.</param>
    /// <param name="given">Options by name, as those of <see cref="EnvironmentRegistry.Make"/>.</param>
    /// <exception cref="ArgumentException">There is no such environment, or no such option.</exception>
    public static EnvironmentSheet Of(string id, IReadOnlyDictionary<string, string> given)
    {
        var spec = EnvironmentRegistry.Default.Get(id);
        if (given.Count == 0)
        {
            return Of(spec);
        }

        using var environment = EnvironmentRegistry.Default.Make(id, given);
        var options = new EnvironmentOptions(given);
        using var plain = spec.Factory(options);
        var limit = options.Integer(LimitOption, spec.MaxEpisodeSteps ?? 0);
        spec = spec with
        {
            MaxEpisodeSteps = limit > 0 ? limit : null,
            BatchFactory = given.Keys.Any(name => name.Equals("wrap", StringComparison.OrdinalIgnoreCase) || name.StartsWith("parameter.", StringComparison.OrdinalIgnoreCase)) ? null : spec.BatchFactory,
        };
        return Of(
            spec, options, environment, Fitting(environment.ObservationSpace, plain.ObservationSpace, spec.Notes?.Observation), Fitting(environment.ActionSpace, plain.ActionSpace, spec.Notes?.Action));
    }

    private const string LimitOption = "maxEpisodeSteps";

    // What was said of the numbers holds where no wrapper changes them and options leave them in their places.
    private static IReadOnlyList<ValueLabel>? Fitting(Space space, Space plain, IReadOnlyList<ValueLabel>? labels)
    {
        try
        {
            return space.ToString() == plain.ToString() && SpaceRows.Of(space, labels).Count > 0 ? labels : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static EnvironmentSheet Of(EnvironmentSpec spec, EnvironmentOptions options, IEnvironment environment, IReadOnlyList<ValueLabel>? observation, IReadOnlyList<ValueLabel>? action)
    {
        var notes = spec.Notes;
        List<SheetPart> parts =
        [
            Values("Observation", environment.ObservationSpace, observation, spec.HasLooseBounds ? " Values may lie beyond the stated bounds." : ""),
            Values("Action", environment.ActionSpace, action),
            Sentence("Reward", notes?.Reward),
            Sentence("End", End(spec, notes)),
            Sentence("Start", notes?.Start),
            new("Options", "", ["option", "default", "what it does"], [.. options.Asked.Where(option => option.Name != LimitOption).Select(option => Row(option.Name, option.Default ?? "–", Note(notes?.Options, option.Name, "option", spec)))]),
            Parameters(environment.As<IParameters>(), spec),
            new("Capabilities", "", ["capability", ""], [.. Capabilities(environment, spec)]),
            Sentence("Versions", notes?.Versions),
            Sentence("Source", notes?.Source),
        ];
        return new EnvironmentSheet(spec, [.. parts.Where(part => part.Text.Length > 0 || part.Rows.Count > 0)]);
    }

    private static SheetPart Sentence(string title, string? text) => new(title, text ?? "", [], []);

    private static SheetPart Values(string title, Space space, IReadOnlyList<ValueLabel>? labels, string remark = "")
    {
        // Empty columns are left out; a space that nobody labelled is shown by its ranges.
        var rows = SpaceRows.Of(space, labels);
        List<(string Name, Func<SpaceRow, string> Cell)> columns =
        [
            ("", row => row.Place), ("meaning", row => row.Meaning), ("unit", row => row.Unit), ("range", row => row.Range),
        ];
        columns.RemoveAll(column => rows.All(row => column.Cell(row).Length == 0));
        return new SheetPart(title, $"`{Short(space)}`{remark}", [.. columns.Select(column => column.Name)], [.. rows.Select(row => columns.Select(column => column.Cell(row)).ToList())]);
    }

    // The bounds of a box are in the table.
    private static string Short(Space space) => space switch
    {
        BoxSpace box => $"Box({string.Join(" × ", box.Shape)}, {(box.Type == ElementType.Byte ? "bytes" : "float32")})",
        CompositeSpace composite => $"{(composite is DictSpace ? "Dict" : "Tuple")}({string.Join(", ", composite.Parts.Select(part => composite is DictSpace ? $"{part.Name}: {Short(part.Space)}" : Short(part.Space)))})",
        _ => space.ToString()!,
    };

    private static string End(EnvironmentSpec spec, EnvironmentNotes? notes)
    {
        var limit = spec.MaxEpisodeSteps is { } steps ? $"After {steps.ToString("N0", CultureInfo.InvariantCulture)} steps the episode is truncated."
            : notes is null ? "There is no limit of steps." : "";
        var solved = spec.RewardThreshold is { } threshold ? $"It counts as solved from a mean return of {threshold.ToString(CultureInfo.InvariantCulture).Replace('-', '−')}." : "";
        return string.Join(' ', new[] { notes?.Ends, limit, solved }.Where(text => !string.IsNullOrEmpty(text)));
    }

    private static SheetPart Parameters(IParameters? parameters, EnvironmentSpec spec) => new(
        "Parameters", "", ["parameter", "value", "what it is"],
        [
            .. (parameters?.ParameterNames ?? []).Select(name =>
                Row(name, parameters!.GetParameter(name).ToString("G6", CultureInfo.InvariantCulture).Replace('-', '−'), Note(spec.Notes?.Parameters, name, "parameter", spec))),
        ]);

    private static string Note(IReadOnlyDictionary<string, string>? notes, string name, string what, EnvironmentSpec spec) =>
        notes is null ? "" : notes.TryGetValue(name, out var note) ? note : throw new ArgumentException($"The notes of {spec.Id} do not say what the {what} '{name}' is.");

    private static IEnumerable<IReadOnlyList<string>> Capabilities(IEnvironment environment, EnvironmentSpec spec)
    {
        if (environment.As<IFiniteMdp>() is { } model)
        {
            var grid = environment.As<IStateGrid>() is null ? "" : ", drawn as a map";
            yield return Row("IFiniteMdp", $"its full model: {model.StateCount} states, {model.ActionCount} actions (`bellman solve {spec.Id}`{grid})");
        }

        if (environment.As<IActionMask>() is { } mask)
        {
            yield return Row("IActionMask", $"not every action is allowed at every time; the mask has {mask.MaskLength} entries");
        }

        if (environment.As<IGoal>() is not null)
        {
            yield return Row("IGoal", "tells what a step would have earned had something else been wanted");
        }

        if (environment.As<ISignals>() is { } signals)
        {
            yield return Row("ISignals", $"besides the reward: {string.Join(", ", signals.SignalNames.Select(name => $"`{name}`"))}");
        }

        if (environment.As<IStateVector>() is { } vector)
        {
            yield return Row("IStateVector", $"its whole state as {vector.StateLength} numbers, to be read and set");
        }

        if (environment.As<IStateful>() is not null)
        {
            yield return Row("IStateful", "saves and loads its state in mid-episode");
        }

        if (environment.As<IDrawable>() is not null)
        {
            yield return Row("IDrawable", "draws itself (`bellman play`)");
        }

        if (spec.BatchFactory is not null)
        {
            yield return Row("IBatchEnvironment", "has a batch form, many copies stepped at once");
        }

        if (spec.Heuristic is not null)
        {
            yield return Row("rules", "has rules of a person (`--policy heuristic`)");
        }
    }

    private static IReadOnlyList<string> Row(params string[] cells) => cells;
}
