namespace Bellman;

/// <summary>How much a finding of <see cref="EnvironmentChecker"/> weighs.</summary>
public enum CheckSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note,

    /// <summary>Training works, but worse or slower than it could.</summary>
    Warning,

    /// <summary>Breaks the contract: what is learned, repeated or resumed will be wrong.</summary>
    Error,
}

/// <summary>Something that the checker found.</summary>
/// <param name="Check">The rule's name, as <c>observation-in-space</c>.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Expected">What the contract says.</param>
/// <param name="Found">What the environment did, and where.</param>
/// <param name="Mend">What to do.</param>
public sealed record CheckFinding(string Check, CheckSeverity Severity, string Expected, string Found, string Mend)
{
    /// <summary>Four lines: the rule, what was expected, what was found, how to mend it.</summary>
    public override string ToString() => $"""
        {Severity switch { CheckSeverity.Error => "error", CheckSeverity.Warning => "warning", _ => "note" }} {Check}
          expected: {Expected}
          found:    {Found}
          mend:     {Mend}
        """;
}
