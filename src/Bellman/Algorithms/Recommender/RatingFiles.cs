using System.Globalization;

namespace Bellman;

/// <summary>
/// Ratings as CSV files with headers: <c>ratings.csv</c> has columns user, item and rating, and if it has a timestamp that gives the order; beside it <c>users.csv</c> and <c>items.csv</c>, whose first column is the user or item and whose others are features,
/// several values separated by <c>|</c>, so that <c>romance|drama</c> under <c>genre</c> means the features <c>genre=romance</c> and <c>genre=drama</c>. A column <c>title</c> or <c>name</c> is what an item or user is called.
/// MovieLens' <c>ratings.csv</c> and <c>movies.csv</c> are read as they are.
/// </summary>
public static class RatingFiles
{
    /// <summary>Reads ratings, and features where there are files of them.</summary>
    /// <param name="ratings">The file of ratings.</param>
    /// <param name="users">The file of users; by default <c>users.csv</c> in the same folder, if it exists.</param>
    /// <param name="items">The file of items; by default <c>items.csv</c> or <c>movies.csv</c> in the same folder, if it exists.</param>
    /// <exception cref="FormatException">A file is broken, or a rating names a user or item that the other files do not have; the line is named.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static RatingData Read(string ratings, string? users = null, string? items = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(ratings);
        var folder = Path.GetDirectoryName(Path.GetFullPath(ratings))!;
        var userSide = Side.Read("user", users ?? Beside(folder, "users.csv"));
        var itemSide = Side.Read("item", items ?? Beside(folder, "items.csv") ?? Beside(folder, "movies.csv"));
        var csv = CsvReader.Open(ratings);
        var file = Path.GetFileName(ratings);
        var (user, item, rating, time) = (Column(csv, file, "user", "userId", "user_id"), Column(csv, file, "item", "itemId", "item_id", "movieId", "film"), Column(csv, file, "rating"), csv.Find("timestamp", "time"));
        var rows = new List<(double Time, Rating Rating)>();
        foreach (var row in csv.Rows())
        {
            rows.Add((time < 0 ? 0 : Number(row, file, time, "timestamp"), new Rating(userSide.Place(row, file, user), itemSide.Place(row, file, item), Number(row, file, rating, "rating"))));
        }

        // Stable: ratings of the same moment stay in the file's order.
        return new RatingData(userSide.Table, itemSide.Table, [.. rows.OrderBy(row => row.Time).Select(row => row.Rating)]);
    }

    /// <summary>Writes <c>ratings.csv</c>, <c>users.csv</c> and <c>items.csv</c> into a folder, which is made if it is missing.</summary>
    /// <exception cref="ArgumentException">A feature is not of the form <c>name=value</c>, or holds a <c>|</c>, which separates values.</exception>
    public static void Write(RatingData data, string folder)
    {
        ArgumentNullException.ThrowIfNull(data);
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "ratings.csv"),
            data.Ratings.Select(rating => $"{Field(data.Users.Names[rating.User])},{Field(data.Items.Names[rating.Item])},{rating.Value.ToString(CultureInfo.InvariantCulture)}").Prepend("user,item,rating"));
        WriteSide("user", data.Users, Path.Combine(folder, "users.csv"));
        WriteSide("item", data.Items, Path.Combine(folder, "items.csv"));
    }

    private static void WriteSide(string kind, FeatureTable table, string path)
    {
        var features = Enumerable.Range(0, table.Count).Select(place => table.FeaturesOf(place).ToLookup(feature => Parts(feature).Name, feature => Parts(feature).Value)).ToList();
        string[] columns = [.. features.SelectMany(lookup => lookup.Select(group => group.Key)).Distinct()];
        var rows = features.Select((lookup, place) => string.Join(',', columns.Select(column => Field(string.Join('|', lookup[column]))).Prepend(Field(table.Names[place]))));
        File.WriteAllLines(path, rows.Prepend(string.Join(',', columns.Select(Field).Prepend(kind))));
    }

    private static (string Name, string Value) Parts(string feature) => feature.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && !feature.Contains('|', StringComparison.Ordinal)
        ? (feature[..equals], feature[(equals + 1)..])
        : throw new ArgumentException($"The feature '{feature}' cannot be written; it must be name=value without '|'.", nameof(feature));

    private static string Field(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string? Beside(string folder, string file) => Path.Combine(folder, file) is var path && File.Exists(path) ? path : null;

    private static int Column(CsvReader csv, string file, params ReadOnlySpan<string> names) => csv.Find(names) is >= 0 and var place
        ? place
        : throw new FormatException($"{file} has no column '{names[0]}'; its header is {string.Join(",", csv.Header)}.");

    private static double Number(CsvRow row, string file, int column, string what) => double.TryParse(row.Fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
        ? value
        : throw new FormatException($"Line {row.Line} of {file} gives the {what} '{row.Fields[column]}', which is not a number.");

    /// <summary>Users or items, from a file that lists them or, without one, as ratings name them.</summary>
    private sealed class Side(string kind, string? path)
    {
        private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

        public FeatureTable Table { get; } = new();

        public static Side Read(string kind, string? path)
        {
            var side = new Side(kind, path);
            if (path is not null)
            {
                var csv = CsvReader.Open(path);
                var title = csv.Find("title", "name");
                foreach (var row in csv.Rows())
                {
                    side.Add(row, csv.Header, title);
                }
            }

            return side;
        }

        public int Place(CsvRow row, string file, int column)
        {
            var id = row.Fields[column].Trim();
            if (id.Length == 0)
            {
                throw new FormatException($"Line {row.Line} of {file} names no {kind}.");
            }

            if (!places.TryGetValue(id, out var place))
            {
                place = path is null ? Table.Add(id) : throw new FormatException($"Line {row.Line} of {file} names the {kind} '{id}', which {Path.GetFileName(path)} does not have.");
                places[id] = place;
            }

            return place;
        }

        private void Add(CsvRow row, string[] header, int title)
        {
            var id = row.Fields[0].Trim();
            var features = header.Index().Where(column => column.Index != 0 && column.Index != title)
                .SelectMany(column => row.Fields[column.Index].Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(value => $"{column.Item}={value}"));
            if (id.Length == 0 || !places.TryAdd(id, Table.Count))
            {
                throw new FormatException($"Line {row.Line} of {Path.GetFileName(path)} {(id.Length == 0 ? $"names no {kind}" : $"lists the {kind} '{id}' a second time")}.");
            }

            // Two films may have one title.
            var called = title > 0 && row.Fields[title].Trim() is { Length: > 0 } text ? text : id;
            Table.Add(Table.Find(called) < 0 ? called : $"{called} ({id})", features);
        }
    }
}
