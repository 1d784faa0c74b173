using Bellman.Numerics;

namespace Bellman;

/// <summary>Settings of <see cref="RatingGenerator"/>.</summary>
public sealed record RatingGeneratorSettings
{
    /// <summary>How many users.</summary>
    public int Users { get; init; } = 2000;

    /// <summary>How many films.</summary>
    public int Items { get; init; } = 300;

    /// <summary>How many films each user rates.</summary>
    public int RatingsPerUser { get; init; } = 80;

    /// <summary>The scale of the logistic noise on each opinion: what nobody can predict.</summary>
    public double Noise { get; init; } = 0.4;

    /// <summary>Of all draws.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// Makes ratings of films from 1 to 5 by users with known tastes, so that it is known how well they could be predicted at all.
/// A user's opinion is a sum: how lenient the user is, how good the film is, how the user's age group and the user himself like its genres, and three hidden tastes that no feature tells; with noise, and rounded.
/// Features are the age group, the two genres that the user likes best, the film's one to three genres and its decade, which says nothing. As a recommender it knows the tastes: nobody can be better.
/// </summary>
public sealed class RatingGenerator : IRecommender
{
    private const int HiddenTastes = 3;

    private static readonly string[] Ages = ["under 18", "18-24", "25-34", "35-44", "45-54", "55 and over"];
    private static readonly string[] Genres = ["action", "adventure", "animation", "comedy", "crime", "drama", "horror", "romance", "science fiction", "thriller"];
    private static readonly string[] Decades = ["1970s", "1980s", "1990s", "2000s", "2010s", "2020s"];

    private readonly RatingGeneratorSettings settings;
    private readonly Taste[] users;
    private readonly Taste[] items;

    /// <summary>Makes users, films and ratings.</summary>
    /// <exception cref="ArgumentException">A count is less than 1, noise is not above 0, or a user would rate more films than there are.</exception>
    public RatingGenerator(RatingGeneratorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Users, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Items, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.RatingsPerUser, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.Noise);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.RatingsPerUser, settings.Items);
        this.settings = settings;
        var random = new SplittableRandom(settings.Seed);
        var (userTable, itemTable) = (new FeatureTable(), new FeatureTable());
        users = Users(userTable, random.Split("users"));
        items = Films(itemTable, random.Split("items"));
        Data = new RatingData(userTable, itemTable, Ratings(random.Split("ratings")));
    }

    /// <summary>What others may learn from.</summary>
    public RatingData Data { get; }

    /// <inheritdoc/>
    /// <remarks>The mean of all ratings that this user might give, exactly.</remarks>
    public double Predict(int user, int item) => Moments(user, item).Mean;

    /// <inheritdoc/>
    public double Score(int user, int item) => Predict(user, item);

    /// <summary>The least root mean square error to expect on these ratings: that of who knows all tastes and only not the noise.</summary>
    public double NoiseFloor(IReadOnlyCollection<Rating> ratings) => Math.Sqrt(ratings.Average(rating =>
    {
        var (mean, square) = Moments(rating.User, rating.Item);
        return square - (mean * mean);
    }));

    private static double[] Normals(int count, double deviation, SplittableRandom random) => [.. Enumerable.Range(0, count).Select(_ => deviation * random.Normal())];

    private Taste[] Users(FeatureTable table, SplittableRandom random)
    {
        var groups = Ages.Select(_ => Normals(Genres.Length, 0.5, random)).ToArray();
        return
        [
            .. Enumerable.Range(1, settings.Users).Select(number =>
            {
                var age = random.NextInt32(Ages.Length);
                var genres = Normals(Genres.Length, 0.6, random).Zip(groups[age], (own, group) => own + group).ToArray();
                var liked = genres.Index().OrderByDescending(genre => genre.Item).Take(2).Select(genre => $"likes={Genres[genre.Index]}");
                table.Add($"user{number}", [$"age={Ages[age]}", .. liked]);
                return new Taste(0.3 * random.Normal(), genres, Normals(HiddenTastes, 0.6, random));
            }),
        ];
    }

    private Taste[] Films(FeatureTable table, SplittableRandom random) =>
    [
        .. Enumerable.Range(0, settings.Items).Select(number =>
        {
            var order = new int[Genres.Length];
            random.Permutation(order);
            var chosen = order[..(1 + random.NextInt32(3))];
            table.Add(FilmTitle.Of(number), [.. chosen.Order().Select(genre => $"genre={Genres[genre]}"), $"decade={Decades[random.NextInt32(Decades.Length)]}"]);
            var genres = Enumerable.Range(0, Genres.Length).Select(genre => chosen.Contains(genre) ? 1 / Math.Sqrt(chosen.Length) : 0).ToArray();
            return new Taste(3.2 + (0.4 * random.Normal()), genres, Normals(HiddenTastes, 0.6, random));
        }),
    ];

    private List<Rating> Ratings(SplittableRandom random)
    {
        // Some films are seen by many, most by few: the k largest of log(weight) plus Gumbel noise are k draws without putting back.
        var ratings = new List<Rating>();
        for (var user = 0; user < users.Length; user++)
        {
            var seen = Enumerable.Range(0, items.Length).OrderByDescending(item => -Math.Log(item + 10.0) - Math.Log(-Math.Log(1 - random.NextDouble()))).Take(settings.RatingsPerUser).ToArray();
            ratings.AddRange(seen.Select(item =>
            {
                var share = (random.NextDouble() * (1 - 2e-12)) + 1e-12;
                var opinion = Opinion(user, item) + (settings.Noise * Math.Log(share / (1 - share)));
                return new Rating(user, item, Math.Clamp(Math.Round(opinion), 1, 5));
            }));
        }

        var order = new int[ratings.Count];
        random.Permutation(order);
        return [.. order.Select(place => ratings[place])];
    }

    private double Opinion(int user, int item)
    {
        var (of, film) = (users[user], items[item]);
        return of.Level + film.Level + of.Genres.Zip(film.Genres, (taste, has) => taste * has).Sum() + of.Hidden.Zip(film.Hidden, (taste, has) => taste * has).Sum();
    }

    // E[rating] and E[rating²] from P(rating > k), which logistic noise gives in closed form.
    private (double Mean, double Square) Moments(int user, int item)
    {
        var opinion = Opinion(user, item);
        var (mean, square) = (1.0, 1.0);
        for (var rating = 1; rating < 5; rating++)
        {
            var above = 1 / (1 + Math.Exp((rating + 0.5 - opinion) / settings.Noise));
            mean += above;
            square += ((2 * rating) + 1) * above;
        }

        return (mean, square);
    }

    /// <summary>A user's leniency and tastes, or a film's quality and what it has of each.</summary>
    private readonly record struct Taste(double Level, double[] Genres, double[] Hidden);
}

/// <summary>Titles that read like films, a different one for each number.</summary>
internal static class FilmTitle
{
    private static readonly string[] Kinds = ["Silent", "Last", "Crimson", "Hidden", "Broken", "Golden", "Endless", "Secret", "Distant", "Burning", "Frozen", "Lost", "Wild", "Quiet", "Second", "Blue", "Stolen", "Forgotten", "Electric", "Paper"];
    private static readonly string[] Things = ["Harbor", "Garden", "Signal", "Mountain", "Letter", "River", "Witness", "Summer", "Machine", "Orchard", "Empire", "Promise", "Station", "Mirror", "Voyage", "Winter", "Island", "Hour", "Stranger", "Road"];

    public static string Of(int number)
    {
        // 20 and 20 share a factor, so the second word moves on by one each time that the first has gone round.
        var (round, place) = Math.DivRem(number, Kinds.Length * Things.Length);
        var (turn, kind) = Math.DivRem(place, Kinds.Length);
        return $"The {Kinds[kind]} {Things[(kind + turn) % Things.Length]}{(round == 0 ? "" : $" {round + 1}")}";
    }
}
