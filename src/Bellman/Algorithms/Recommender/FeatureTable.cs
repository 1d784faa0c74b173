namespace Bellman;

/// <summary>Named things, users or items, each with a set of features such as <c>genre=romance</c>.</summary>
public sealed class FeatureTable
{
    private readonly List<string> names = [];
    private readonly List<string[]> features = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => names.Count;

    /// <summary>Their names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Adds one.</summary>
    /// <param name="name">Its name, not yet taken.</param>
    /// <param name="features">Its features; doubled ones count once.</param>
    /// <returns>Its place.</returns>
    /// <exception cref="ArgumentException">The name is taken, or it or a feature is empty.</exception>
    public int Add(string name, params IEnumerable<string> features)
    {
        string[] distinct = [.. features.Distinct(StringComparer.Ordinal)];
        if (string.IsNullOrWhiteSpace(name) || distinct.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException($"A name and features must not be empty, but '{name}' has [{string.Join(", ", distinct)}].", nameof(name));
        }

        if (!places.TryAdd(name, Count))
        {
            throw new ArgumentException($"There are two with the name '{name}'; names must differ.", nameof(name));
        }

        names.Add(name);
        this.features.Add(distinct);
        return Count - 1;
    }

    /// <summary>The place of a name, −1 if there is none.</summary>
    public int Find(string name) => places.GetValueOrDefault(name, -1);

    /// <summary>The features of one.</summary>
    public IReadOnlyList<string> FeaturesOf(int place) => features[place];
}
