namespace Bellman;

/// <summary>What a number of an observation or an action means.</summary>
/// <param name="Meaning">In a few words.</param>
/// <param name="Unit">As <c>m/s</c>; empty if it has none.</param>
/// <param name="Count">How many elements in a row it speaks of; 0 for all that are left of their leaf.</param>
/// <remarks>
/// Labels go along the leaves of a space in order and fill each of them. A box's are those of its elements, or, where it has three axes, as images do, of its last one;
/// a discrete space takes one for all its values, or one for each.
/// </remarks>
public sealed record ValueLabel(string Meaning, string Unit = "", int Count = 1)
{
    /// <summary>A label without a unit.</summary>
    public static implicit operator ValueLabel(string meaning) => new(meaning);

    /// <summary>A label for all that is left of a leaf.</summary>
    public static ValueLabel All(string meaning, string unit = "") => new(meaning, unit, 0);
}

/// <summary>
/// What a person wants to know of a task that its spaces and limits cannot tell. <c>bellman describe</c> prints it with what can be asked of the code,
/// and the pages in docs/environments are made of it.
/// </summary>
public sealed record EnvironmentNotes
{
    /// <summary>The page on which it stands, together with its other versions and variants: a name in small letters.</summary>
    public required string Page { get; init; }

    /// <summary>A paragraph: what happens, and what is hard about it.</summary>
    public required string Story { get; init; }

    /// <summary>What the numbers of an observation mean.</summary>
    public required IReadOnlyList<ValueLabel> Observation { get; init; }

    /// <summary>What actions mean.</summary>
    public required IReadOnlyList<ValueLabel> Action { get; init; }

    /// <summary>What is rewarded.</summary>
    public required string Reward { get; init; }

    /// <summary>What terminates an episode, or that nothing does.</summary>
    public required string Ends { get; init; }

    /// <summary>How an episode begins.</summary>
    public string? Start { get; init; }

    /// <summary>What constructor options do, by their names.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>What physical parameters mean, with their units, by their names.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>How versions and variants differ.</summary>
    public string? Versions { get; init; }

    /// <summary>Where it comes from: a paper, a book, a library.</summary>
    public required string Source { get; init; }
}
