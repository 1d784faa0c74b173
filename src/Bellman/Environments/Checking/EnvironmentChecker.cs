namespace Bellman;

/// <summary>
/// A strict reviewer of environments. It plays random actions and holds the environment to the contract: values in their spaces, resets and steps that repeat,
/// states that can be saved in mid-episode, finite numbers, ends, masks, signals, the batch form, memory.
/// </summary>
public static class EnvironmentChecker
{
    /// <summary>Checks an environment by its id, its batch form too.</summary>
    /// <param name="environment">The id, or what the registry's resolver understands.</param>
    /// <param name="options">Constructor options by name.</param>
    /// <param name="settings">How thoroughly; null for the defaults.</param>
    /// <exception cref="ArgumentException">The id or an option is unknown.</exception>
    public static EnvironmentReport Check(string environment, IReadOnlyDictionary<string, string>? options = null, EnvironmentCheckSettings? settings = null) =>
        Check(EnvironmentRegistry.Default.Get(environment), options, settings);

    /// <summary>Checks an environment that need not be registered, its batch form too.</summary>
    /// <param name="spec">What is known of it.</param>
    /// <param name="options">Constructor options by name.</param>
    /// <param name="settings">How thoroughly; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is unknown.</exception>
    public static EnvironmentReport Check(EnvironmentSpec spec, IReadOnlyDictionary<string, string>? options = null, EnvironmentCheckSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        RefuseWrongOptions(spec, options);
        spec = new EnvironmentOptions(options).NeedSingleForms ? spec with { BatchFactory = null } : spec;
        return Check(spec.Id, () => EnvironmentRegistry.Make(spec, options), settings ?? new EnvironmentCheckSettings(), spec, options);
    }

    /// <summary>Checks an environment that the caller makes.</summary>
    /// <param name="make">Makes a fresh one; it is called several times.</param>
    /// <param name="settings">How thoroughly; null for the defaults.</param>
    public static EnvironmentReport Check(Func<IEnvironment> make, EnvironmentCheckSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        return Check(null, make, settings ?? new EnvironmentCheckSettings(), null, null);
    }

    private static EnvironmentReport Check(string? name, Func<IEnvironment> make, EnvironmentCheckSettings settings, EnvironmentSpec? spec, IReadOnlyDictionary<string, string>? options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Episodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.LongestEpisode, 1);
        var findings = new FindingList();
        IEnvironment? made = null;
        if (!findings.Try("make", "The environment is made", () => made = make()))
        {
            return new EnvironmentReport { Environment = name ?? "the environment", Findings = findings.ToList() };
        }

        using var environment = made!;
        var report = new EnvironmentReport { Environment = name ?? environment.GetType().Name, Findings = [], Capabilities = Capabilities(environment, spec) };
        findings.Try("spaces", "The environment tells its spaces", () => report = report with { ObservationSpace = environment.ObservationSpace, ActionSpace = environment.ActionSpace });
        if (!findings.HasErrors && (report.ObservationSpace is null || report.ActionSpace is null))
        {
            findings.Error("spaces", "An ObservationSpace and an ActionSpace.", $"{(report.ObservationSpace is null ? "ObservationSpace" : "ActionSpace")} is null.", "Make both spaces in the constructor, and return those.");
        }

        if (!findings.HasErrors)
        {
            findings.Try("play", "Random actions are played", () => report = Play(report, environment, make, settings, spec, options, findings));
        }

        findings.Try("dispose-twice", "Dispose may be called twice", () =>
        {
            var disposed = make();
            disposed.Dispose();
            disposed.Dispose();
        }, "Let a second call of Dispose do nothing.");
        return report with { Findings = findings.ToList() };
    }

    private static EnvironmentReport Play(EnvironmentReport report, IEnvironment environment, Func<IEnvironment> make, EnvironmentCheckSettings settings, EnvironmentSpec? spec, IReadOnlyDictionary<string, string>? options, FindingList findings)
    {
        var checks = new FrameChecks(environment, findings, spec?.HasLooseBounds ?? false);
        checks.Declarations();
        if (findings.HasErrors)
        {
            return report;
        }

        var frames = new RepeatChecks(make, settings, findings).Run(environment, checks);
        if (frames is null)
        {
            return report;
        }

        foreach (var frame in frames)
        {
            checks.Look(frame);
        }

        // What does not repeat cannot go on from a saved state either.
        if (!findings.Has("step-repeats") && !findings.Has("reset-repeats") && !findings.Has("reset-forgets") && !findings.Has("instances-apart"))
        {
            StateChecks.Run(make, settings, findings);
        }

        var played = RandomPlays.Run(report, environment, spec?.EndsOnTime ?? false, checks, settings, findings);
        if (spec?.BatchFactory is not null && !findings.HasErrors)
        {
            findings.Try("batch-form", "The batch form plays", () => BatchChecks.Run(spec, options, settings, findings));
        }

        return played;
    }

    // A wrong option is the caller's fault; what else goes wrong is the environment's, and comes into the report.
    private static void RefuseWrongOptions(EnvironmentSpec spec, IReadOnlyDictionary<string, string>? options)
    {
        try
        {
            EnvironmentRegistry.Make(spec, options).Dispose();
        }
        catch (Exception exception) when (exception is not (ArgumentException or OutOfMemoryException))
        {
        }
    }

    private static string[] Capabilities(IEnvironment environment, EnvironmentSpec? spec) =>
    [
        .. new (string Name, bool Has)[]
        {
            (nameof(IStateful), environment.As<IStateful>() is not null),
            (nameof(IActionMask), environment.As<IActionMask>() is not null),
            (nameof(ISignals), environment.As<ISignals>() is not null),
            (nameof(IBatchEnvironment), spec?.BatchFactory is not null),
        }.Where(capability => capability.Has).Select(capability => capability.Name),
    ];
}
