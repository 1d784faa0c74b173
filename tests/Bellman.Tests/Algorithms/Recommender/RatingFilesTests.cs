namespace Bellman.Tests;

/// <summary>Ratings as CSV: what is written is read again, MovieLens as it is, and what is broken is named with its line.</summary>
public sealed class RatingFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void WhatIsWritten_IsReadAgain()
    {
        var data = new RatingGenerator(new RatingGeneratorSettings { Users = 20, Items = 30, RatingsPerUser = 10 }).Data;
        data.Items.Add("Wait, \"what\"?\nSure", "genre=drama", "genre=comedy");
        data.Users.Add("nobody");
        RatingFiles.Write(data, folder);
        var read = RatingFiles.Read(Path.Combine(folder, "ratings.csv"));
        Assert.Equal(data.Ratings, read.Ratings);
        foreach (var (written, again) in new[] { (data.Users, read.Users), (data.Items, read.Items) })
        {
            Assert.Equal(written.Names, again.Names);
            Assert.All(Enumerable.Range(0, written.Count), place => Assert.Equal(written.FeaturesOf(place).Order(StringComparer.Ordinal), again.FeaturesOf(place).Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public void MovieLens_IsReadAsItIs()
    {
        Write("movies.csv", "movieId,title,genres\r\n1,Toy Story (1995),Adventure|Animation\r\n7,\"American President, The (1995)\",Comedy\r\n8,Toy Story (1995),\r\n");
        var data = Read("userId,movieId,rating,timestamp\r\n1,7,4.5,200\r\n1,1,3,100\r\n2,8,5,150\r\n");
        Assert.Equal(["Toy Story (1995)", "American President, The (1995)", "Toy Story (1995) (8)"], data.Items.Names);
        Assert.Equal(["genres=Adventure", "genres=Animation"], data.Items.FeaturesOf(0));
        Assert.Equal(["1", "2"], data.Users.Names);

        // The oldest first.
        Assert.Equal([new Rating(0, 0, 3), new Rating(1, 2, 5), new Rating(0, 1, 4.5)], data.Ratings);
    }

    [Theory]
    [InlineData("", "ratings.csv is empty")]
    [InlineData("user,film,stars\na,b,3", "has no column 'rating'; its header is user,film,stars")]
    [InlineData("user,item,rating\na,b,3\na,c", "Line 3 of ratings.csv has 2 fields, but its header has 3")]
    [InlineData("user,item,rating\na,b,good", "Line 2 of ratings.csv gives the rating 'good'")]
    [InlineData("user,item,rating\na,b,NaN", "Line 2 of ratings.csv gives the rating 'NaN'")]
    [InlineData("user,item,rating\n,b,1", "Line 2 of ratings.csv names no user")]
    [InlineData("user,item,rating\n\"a\nb\",c,1\n\"d,e,1", "A quote opened in line 4 of ratings.csv is never closed")]
    [InlineData("user,item,rating\n\"a\"b,c,1", "Line 2 of ratings.csv goes on after a closing quote")]
    public void BrokenRatings_AreRefusedWithTheirLine(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void BrokenFeatures_AreRefusedWithTheirLine()
    {
        Write("items.csv", "item,genre\nfirst,drama\nfirst,comedy\n");
        Assert.Contains("Line 3 of items.csv lists the item 'first' a second time", Assert.Throws<FormatException>(() => Read("user,item,rating\na,first,3")).Message, StringComparison.Ordinal);
        Write("items.csv", "item,genre\nfirst,drama\n");
        Assert.Contains("Line 2 of ratings.csv names the item 'second', which items.csv does not have", Assert.Throws<FormatException>(() => Read("user,item,rating\na,second,3")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);

    private RatingData Read(string text)
    {
        Write("ratings.csv", text);
        return RatingFiles.Read(Path.Combine(folder, "ratings.csv"));
    }
}
