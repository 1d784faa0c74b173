using System.Globalization;

namespace Bellman;

/// <summary>Gathers findings; a rule that is broken again and again is told once, with how often.</summary>
internal sealed class FindingList
{
    private readonly Dictionary<string, (CheckFinding First, int Times)> findings = new(StringComparer.Ordinal);

    public bool Has(string check) => findings.ContainsKey(check);

    public bool HasErrors => findings.Values.Any(finding => finding.First.Severity == CheckSeverity.Error);

    public void Error(string check, string expected, string found, string mend) => Add(new CheckFinding(check, CheckSeverity.Error, expected, found, mend));

    public void Warning(string check, string expected, string found, string mend) => Add(new CheckFinding(check, CheckSeverity.Warning, expected, found, mend));

    public void Note(string check, string expected, string found, string mend) => Add(new CheckFinding(check, CheckSeverity.Note, expected, found, mend));

    /// <summary>Runs a part of the environment; what it throws is a finding.</summary>
    /// <returns>Whether nothing was thrown.</returns>
    public bool Try(string check, string what, Action action, string mend = "Mend what throws.")
    {
        try
        {
            action();
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Error(check, $"{what} without an exception.", Describe(exception), mend);
            return false;
        }
    }

    /// <summary>What was thrown and where, in one line.</summary>
    public static string Describe(Exception exception) => $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")} {Place(exception.GetBaseException())}".TrimEnd();

    // The first place in code that is not the library's own.
    private static string Place(Exception exception)
    {
        var place = exception.StackTrace?.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => !line.Contains(" System.", StringComparison.Ordinal) && !line.Contains(" Bellman.Row", StringComparison.Ordinal));
        return place is null ? "" : $"({place})";
    }

    public IReadOnlyList<CheckFinding> ToList() =>
    [
        .. findings.Values
            .OrderByDescending(finding => finding.First.Severity)
            .Select(finding => finding.Times == 1 ? finding.First : finding.First with { Found = string.Create(CultureInfo.InvariantCulture, $"{finding.First.Found} ({finding.Times:N0} times in all)") }),
    ];

    private void Add(CheckFinding finding) => findings[finding.Check] = findings.TryGetValue(finding.Check, out var known) ? (known.First, known.Times + 1) : (finding, 1);
}
