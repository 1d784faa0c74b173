namespace Bellman.Testing;

/// <summary>Asserts that environments keep the contract, as <c>bellman check</c> does.</summary>
/// <example>
/// <code>
/// [Fact]
/// public void MyEnvironment_KeepsTheContract() => EnvironmentAssert.IsSound(() => new MyEnvironment());
/// </code>
/// </example>
public static class EnvironmentAssert
{
    /// <summary>Asserts that an environment has no errors and no warnings.</summary>
    /// <param name="make">Makes a fresh one; it is called several times.</param>
    /// <param name="settings">How thoroughly; null for the defaults.</param>
    /// <param name="except">Names of warnings that are known and accepted, as <c>step-allocates</c>.</param>
    /// <returns>The report, for figures to assert on.</returns>
    /// <exception cref="BellmanAssertionException">It has; the message is the report.</exception>
    public static EnvironmentReport IsSound(Func<IEnvironment> make, EnvironmentCheckSettings? settings = null, params string[] except) =>
        Judge(EnvironmentChecker.Check(make, settings), except);

    /// <summary>Asserts that a registered environment has no errors and no warnings, and that its batch form equals its single form.</summary>
    /// <param name="environment">Its id.</param>
    /// <param name="options">Constructor options by name.</param>
    /// <param name="settings">How thoroughly; null for the defaults.</param>
    /// <param name="except">Names of warnings that are known and accepted.</param>
    /// <returns>The report, for figures to assert on.</returns>
    /// <exception cref="BellmanAssertionException">It has; the message is the report.</exception>
    /// <exception cref="ArgumentException">The id or an option is unknown.</exception>
    public static EnvironmentReport IsSound(string environment, IReadOnlyDictionary<string, string>? options = null, EnvironmentCheckSettings? settings = null, params string[] except) =>
        Judge(EnvironmentChecker.Check(environment, options, settings), except);

    private static EnvironmentReport Judge(EnvironmentReport report, string[] except)
    {
        ArgumentNullException.ThrowIfNull(except);
        var grave = report.Findings.Any(finding => finding.Severity == CheckSeverity.Error || (finding.Severity == CheckSeverity.Warning && !except.Contains(finding.Check, StringComparer.Ordinal)));
        return grave ? throw new BellmanAssertionException(report.ToString()) : report;
    }
}
