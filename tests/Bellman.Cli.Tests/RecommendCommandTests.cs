using System.Text.Json;

namespace Bellman.Cli.Tests;

/// <summary><c>bellman recommend</c> as a user runs it.</summary>
public sealed class RecommendCommandTests : IDisposable
{
    private readonly CommandProcess command = new();

    [Fact]
    public void GeneratedRatings_AreRecommendedFrom_ToKnownUsersAndNewOnes()
    {
        var made = Run("recommend", "generate", "--out", "films", "--users", "200", "--items", "60", "--ratings-per-user", "30");
        Assert.Equal((0, "Wrote 6000 ratings of 60 films by 200 users into films"), (made.Code, made.Output.Trim()));
        var known = JsonDocument.Parse(Run("recommend", "films/ratings.csv", "--user", "user7", "--top", "3", "--json").Output).RootElement;
        Assert.Equal(["user", "features", "method", "recommendations"], known.EnumerateObject().Select(property => property.Name));
        var rated = File.ReadLines(Path.Combine(command.Folder, "films", "ratings.csv")).Where(line => line.StartsWith("user7,", StringComparison.Ordinal)).Select(line => line.Split(',')[1]).ToList();
        Assert.Equal(30, rated.Count);
        var items = known.GetProperty("recommendations").EnumerateArray().Select(one => one.GetProperty("item").GetString()!).ToList();
        Assert.Equal(3, items.Except(rated).Count());

        var (code, output, _) = Run("recommend", "films/ratings.csv", "--feature", "likes=romance", "--method", "pairs-together");
        Assert.Equal(0, code);
        Assert.Equal(5, output.TrimEnd().Split('\n').Length);
        Assert.Contains("likes=romance × genre=romance", output, StringComparison.Ordinal);
        Assert.Equal(0, Run("recommend", "films/ratings.csv", "--feature", "liked=The Silent Harbor").Code);
    }

    [Fact]
    public void RatingsAlone_AreEnough_BecauseLikesTellUsersApart()
    {
        // Anna and Ben like the first film; Ben also the second, Carl only the third.
        File.WriteAllText(Path.Combine(command.Folder, "plain.csv"), "userId,movieId,rating\nanna,first,5\nben,first,5\nben,second,5\nben,third,1\ncarl,third,5\ncarl,second,2\n");
        var best = JsonDocument.Parse(Run("recommend", "plain.csv", "--user", "anna", "--json").Output).RootElement.GetProperty("recommendations").EnumerateArray().Select(one => one.GetProperty("item").GetString()).ToList();
        Assert.Equal(["second", "third"], best);
    }

    [Fact]
    public void WhoHasRatedEverything_IsToldSo()
    {
        File.WriteAllText(Path.Combine(command.Folder, "one.csv"), "user,item,rating\nanna,film,4\n");
        Assert.Equal((0, "", "anna has rated every item, so that none is left to recommend.\n"), Run("recommend", "one.csv", "--user", "anna"));
    }

    [Fact]
    public void Compare_PrintsTheNoiseFloor_AndIntervals()
    {
        string[] small = ["recommend", "compare", "--users", "300", "--items", "80", "--ratings-per-user", "40"];
        Assert.Contains("Noise floor", Run(small).Output, StringComparison.Ordinal);
        var result = JsonDocument.Parse(Run([.. small, "--json"]).Output).RootElement;
        foreach (var group in new[] { "knownUsers", "newUsers" })
        {
            var methods = result.GetProperty(group).GetProperty("methods").EnumerateArray().ToList();
            Assert.Equal("popularity", methods[0].GetProperty("name").GetString());
            var best = methods[^1].GetProperty("rmse");
            Assert.Equal(result.GetProperty(group).GetProperty("noiseFloor").GetDouble(), best.GetProperty("estimate").GetDouble(), 0.05);
            Assert.All(methods, method => Assert.InRange(method.GetProperty("ndcg10").GetProperty("estimate").GetDouble(), method.GetProperty("ndcg10").GetProperty("low").GetDouble(), method.GetProperty("ndcg10").GetProperty("high").GetDouble()));
        }
    }

    [Theory]
    [InlineData("The file 'nothing.csv' does not exist", "nothing.csv", "--user", "a")]
    [InlineData("neither was given", "ratings.csv")]
    [InlineData("Did you mean 'anna'?", "ratings.csv", "--user", "ana")]
    [InlineData("Did you mean 'age=30'?", "ratings.csv", "--feature", "age=3")]
    [InlineData("Did you mean 'pairs'?", "ratings.csv", "--user", "anna", "--method", "pair")]
    [InlineData("by their ratings alone", "ratings.csv", "--feature", "age=30", "--method", "factors")]
    [InlineData("it is 2", "ratings.csv", "--user", "anna", "--alpha", "2")]
    [InlineData("--top is 0; it must be at least 1.", "ratings.csv", "--user", "anna", "--top", "0")]
    [InlineData("Line 2 of broken.csv gives the rating 'x'", "broken.csv", "--user", "anna")]
    public void WrongUsage_IsOneSentence_AndExitCode2(string expected, params string[] arguments)
    {
        File.WriteAllText(Path.Combine(command.Folder, "ratings.csv"), "user,item,rating\nanna,film,3\n");
        File.WriteAllText(Path.Combine(command.Folder, "broken.csv"), "user,item,rating\nanna,film,x\n");
        File.WriteAllText(Path.Combine(command.Folder, "users.csv"), "user,age\nanna,30\n");
        var (code, output, error) = Run(["recommend", .. arguments]);
        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Empty(output);
    }

    public void Dispose() => command.Dispose();

    private (int Code, string Output, string Error) Run(params string[] arguments) => command.Run(arguments);
}
