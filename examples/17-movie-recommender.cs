#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 17: a movie recommender.
//
// What should Q-learning learn from, if nobody plays? From ratings. The STATE is who asks, the ACTION is the film that we show, the REWARD is the rating, and then the episode is over: nothing follows, so there is no γ·max Q(s', ·) to add.
// What is left of Q-learning is
//
//     Q ← Q + α·(rating − Q)
//
// A table with a row for each user would know nothing of a new one. So we do not store users but what they have in common: features. An entry of the table belongs to a PAIR (user's feature, film's feature), such as (age 30s, The Notebook) or
// (likes romance, genre romance). The score of a film for a user is the sum over all pairs of their features.

using Bellman;

// --- 1. Five films, four users --------------------------------------------------------------------------------------------------------------------
var films = new FeatureTable();
films.Add("The Notebook", "genre=romance", "genre=drama");
films.Add("Titanic", "genre=romance", "genre=drama");
films.Add("Interstellar", "genre=science fiction", "genre=drama");
films.Add("Inception", "genre=science fiction", "genre=thriller");
films.Add("The Matrix", "genre=science fiction", "genre=action");

var users = new FeatureTable();
users.Add("Anna", Decade(34), "likes=romance");
users.Add("Ben", Decade(25), "likes=science fiction");
users.Add("Clara", Decade(38), "likes=romance");
users.Add("David", Decade(22), "likes=science fiction");

var ratings = new (string User, string Film, double Stars)[]
{
    ("Anna", "The Notebook", 5), ("Ben", "Interstellar", 5), ("Clara", "Titanic", 4), ("David", "The Matrix", 4), ("Anna", "Interstellar", 2), ("Ben", "Inception", 5), ("Clara", "The Notebook", 5),
    ("David", "Interstellar", 5), ("Anna", "Titanic", 5), ("Ben", "The Matrix", 5), ("Clara", "The Matrix", 1), ("David", "Inception", 4), ("Ben", "The Notebook", 2), ("David", "Titanic", 1), ("Clara", "Interstellar", 3),
};
var data = new RatingData(users, films, [.. ratings.Select(rating => new Rating(users.Find(rating.User), films.Find(rating.Film), rating.Stars))]);

// That a user gave a film four stars or more is a feature, too: liked=Interstellar.
var table = new PairRecommender(data.WithLikes(4), new PairRecommenderSettings { LearningRate = 0.3 }, center: 0);
string[] romantic = [Decade(35), "likes=romance"];
Console.WriteLine($"{data.Ratings.Count} ratings have taught {table.PairCount} pairs. A new user, 35 years old, likes romance:");
Print(table, romantic);

// (Of so few ratings the stars to expect are too low: every Q begins at 0 and is still on its way. What matters here is the order.)
var (notebook, interstellar) = (films.Find("The Notebook"), films.Find("Interstellar"));
Claim(table.Score(romantic, notebook) > table.Score(romantic, interstellar), "a new 35-year-old who likes romance gets The Notebook above Interstellar");

Console.WriteLine("Why The Notebook? These pairs are the sum:");
foreach (var (user, film, value) in table.Explain(romantic, notebook))
{
    Console.WriteLine($"  {user,-14} × {film,-18} {value,5:0.00}");
}

Claim(Math.Abs(table.Explain(romantic, notebook).Sum(pair => pair.Value) - table.Score(romantic, notebook)) < 1e-12, "a score is the sum over its pairs, and so it can say why");

Console.WriteLine("\nAnother, of whom we know one thing: loved Interstellar.");
string[] spacefarer = [RatingData.Liked("Interstellar")];
Print(table, spacefarer);
var best = table.Recommend(spacefarer, 2).Select(one => films.Names[one.Item]).Order().ToArray();
Claim(best is ["Inception", "The Matrix"], "one who loved Interstellar gets Inception and The Matrix");

// --- 2. α: how much one rating counts -------------------------------------------------------------------------------------------------------------
// People in their thirties have rated dramas 5, 4, 2, 5, 5 and 3, in this order. What does the pair (age 30s, drama) hold in the end?
Console.WriteLine("The pair (age 30s, genre drama), after ratings of 5, 4, 2, 5, 5 and 3:");
var held = new Dictionary<double, double>();
foreach (var alpha in new[] { 0, 0.1, 0.3, 1 })
{
    var learned = new PairRecommender(data, new PairRecommenderSettings { LearningRate = alpha }, center: 0);
    held[alpha] = learned.Explain([Decade(35)], notebook).Single(pair => pair.ItemFeature == "genre=drama").Value;
    Console.WriteLine($"  α = {alpha,-4} Q = {held[alpha]:0.00}   The Notebook {learned.Score(romantic, notebook):0.00}, Interstellar {learned.Score(romantic, interstellar):0.00}");
}

Claim(held[0] == 0 && new PairRecommender(data, new PairRecommenderSettings { LearningRate = 0 }, center: 0).Recommend(romantic, 5).All(one => one.Score == 0), "with α = 0 nothing is learned: all films score 0 for everybody");
Claim(held[1] == 3, "with α = 1 only the last rating counts: Clara's 3 for Interstellar, as if nobody had ever said 5");
Claim(held[0.3] > 3 && held[0.3] < 5, "in between, Q is a mean of the ratings in which older ones fade");

// --- 3. Two thousand users -------------------------------------------------------------------------------------------------------------------------
// Fifteen ratings prove nothing. We have no real ratings here, so we make some - and that has an advantage: whoever makes them knows how well they could be predicted at best. The generator gives each user tastes (by age group, by genre,
// and three hidden ones that no feature tells), each film a quality, adds noise, and rounds to 1..5 stars. Three in ten ratings are kept back, and all ratings of a fifth of the users.
var generator = new RatingGenerator(new RatingGeneratorSettings());
var split = RatingSplit.Of(generator.Data);
var likes = split.Train.WithLikes(4);
var together = new PairRecommenderSettings { Rule = PairRule.Sum, LearningRate = 0.02, Passes = 30 };
(string, IRecommender)[] methods =
[
    ("popularity", new PopularityRecommender(split.Train)),
    ("pairs, α = 0", new PairRecommender(split.Train, new PairRecommenderSettings { LearningRate = 0 })),
    ("pairs, α = 1", new PairRecommender(split.Train, new PairRecommenderSettings { LearningRate = 1 })),
    ("pairs, α = 0.05", new PairRecommender(split.Train, new PairRecommenderSettings { LearningRate = 0.05 })),
    ("pairs, the raw stars", new PairRecommender(split.Train, new PairRecommenderSettings { LearningRate = 0.05 }, center: 0)),
    ("pairs together", new PairRecommender(split.Train, together)),
    ("pairs together, likes", new PairRecommender(likes, together)),
    ("matrix factorisation", new MatrixFactorization(split.Train, new MatrixFactorizationSettings())),
    ("the tastes themselves", generator),
];
var known = Compare("users whose other ratings were learned from", split.KnownUsers);
var unseen = Compare("new users, of whom only age group and favourite genres are known", split.NewUsers);

// What is to be seen there. Differences are judged on the same users: an interval that excludes 0 is a difference.
Claim(known["pairs, α = 0.05"].NdcgGain.Low > 0 && unseen["pairs, α = 0.05"].NdcgGain.Low > 0, "the table puts films into better order than popularity, which tells everybody the same");
Claim(known["pairs, α = 0"].Ndcg.High < known["popularity"].Ndcg.Low, "α = 0 is an order by chance");
Claim(known["pairs, α = 1"].Ndcg.High < known["pairs, α = 0.05"].Ndcg.Low, "α = 1 forgets all but one rating, and is worse for it");
Claim(known["pairs, the raw stars"].Ndcg.High < known["popularity"].Ndcg.Low,
    "with 3 stars for a bad film every pair adds something, and the film with most genres wins; so ratings are counted from their mean, and a pair never met neither praises nor blames");
Claim(known["pairs together"].Rmse.High < known["pairs, α = 0.05"].Rmse.Low, "pairs that share a rating, instead of each claiming all of it, predict better");
Claim(known["matrix factorisation"].Ndcg.Low > known["pairs together, likes"].Ndcg.High, "of users with many ratings factorisation finds even the tastes that no feature tells");
Claim(unseen["matrix factorisation"].NdcgGain is { Low: < 0.005, High: > -0.005 }, "of new users it knows nothing, and falls back to popularity: the COLD START");
Claim(unseen["pairs together"].Ndcg.Low > unseen["matrix factorisation"].Ndcg.High, "there features win");
Claim(known.Values.All(result => result.Rmse.High > generator.NoiseFloor([.. split.KnownUsers])), "and nobody gets below the noise floor: an RMSE below it would mean that somebody had peeked");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Add yourself: a line of users, three of ratings. What are you recommended, and which pairs say so?
// - With α = 0.1, how many ratings ago has a rating less than a hundredth of its first weight in Q? And with α = 0.3?

return 0;

static string Decade(int age) => $"age={age / 10 * 10}s";

void Print(PairRecommender recommender, string[] features)
{
    foreach (var (item, score, rating) in recommender.Recommend(features, films.Count))
    {
        Console.WriteLine($"  {films.Names[item],-14} score {score,5:0.00}   stars to expect {rating:0.0}");
    }

    Console.WriteLine();
}

Dictionary<string, RecommenderResult> Compare(string who, IReadOnlyList<Rating> heldOut)
{
    Console.WriteLine($"\n{heldOut.Count:N0} held-out ratings by {who}; in brackets where 95 % of other draws of users would lie:");
    var results = RecommenderEvaluation.Compare(methods, heldOut);
    foreach (var (name, rmse, ndcg, _, gain) in results)
    {
        Console.WriteLine($"  {name,-22} RMSE {rmse.Estimate:0.000} [{rmse.Low:0.000}, {rmse.High:0.000}]   NDCG@10 {ndcg.Estimate:0.000} [{ndcg.Low:0.000}, {ndcg.High:0.000}]   above popularity {gain.Estimate:+0.000;−0.000}");
    }

    Console.WriteLine($"  noise floor: an RMSE of {generator.NoiseFloor([.. heldOut]):0.000}");
    return results.ToDictionary(result => result.Name);
}
