namespace Bellman;

/// <summary>Finds what a misspelt name was meant to be.</summary>
public static class DidYouMean
{
    /// <summary>" Did you mean 'x'?" for the nearest name, or nothing if none is near.</summary>
    public static string Hint(string given, IEnumerable<string> names)
    {
        var best = names
            .Select(name => (Name: name, Distance: Nearness(given.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(2, best.Name.Length / 3) ? $" Did you mean '{best.Name}'?" : "";
    }

    // The beginning of a name is as good as a name with one slip.
    private static int Nearness(string given, string name) =>
        given.Length >= 3 && name.StartsWith(given, StringComparison.Ordinal) ? 1 : Distance(given, name);

    // Levenshtein's edit distance.
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            }

            previous = current;
        }

        return previous[b.Length];
    }
}
