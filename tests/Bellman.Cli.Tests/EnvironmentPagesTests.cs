using System.Globalization;
using System.Text.RegularExpressions;
using Bellman.Environments;
using Bellman.Tools;

namespace Bellman.Cli.Tests;

/// <summary>The pages in docs/environments say what the code does: written anew, they are the committed ones. To write them: <c>dotnet run -c Release --project tools/EnvironmentPages</c>.</summary>
public sealed partial class EnvironmentPagesTests
{
    private static readonly string Docs = Path.Combine(AppContext.BaseDirectory, "docs");

    static EnvironmentPagesTests() => BellmanEnvironments.Register(EnvironmentRegistry.Default);

    public static TheoryData<string> Pages => [.. EnvironmentPagesWriter.Pages.Select(page => page.Key)];

    [Fact]
    public void EveryRegisteredEnvironment_HasNotes() => Assert.DoesNotContain(EnvironmentRegistry.Default.Specs, spec => spec.Notes is null);

    [Fact]
    public void PageForThoseWhoComeFromGymnasium_NamesEnvironmentsThatExist()
    {
        var page = File.ReadAllText(Path.Combine(Docs, "from-stable-baselines3-and-gymnasium.md"));
        var ids = Id().Matches(page).Select(match => match.Value).Distinct().ToList();
        Assert.True(ids.Count > 25, $"only {ids.Count} ids were found");
        Assert.Empty(ids.Except(EnvironmentRegistry.Default.Specs.Select(spec => spec.Id)));
        Assert.Empty(ids.Where(id => id.EndsWith("-v5", StringComparison.Ordinal)).Select(id => id[..^1] + "4").Except(EnvironmentRegistry.Default.Specs.Select(spec => spec.Id)));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_IsTheCommittedOne(string page)
    {
        var specs = Find(page);
        SkipWithoutLibrary(specs);
        Assert.Equal(File.ReadAllText(Path.Combine(Docs, "environments", $"{page}.md")), EnvironmentPagesWriter.Page(specs));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_HasAllItsSections_InOrder(string page)
    {
        string[] all = ["Observation", "Action", "Reward", "End", "Start", "Options", "Parameters", "Capabilities", "Versions", "Source"], optional = ["Options", "Parameters", "Versions"];
        var found = File.ReadAllLines(Path.Combine(Docs, "environments", $"{page}.md")).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]).ToArray();
        Assert.Equal(all.Where(section => !optional.Contains(section) || found.Contains(section)), found);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Picture_IsTheCommittedOne(string page)
    {
        var specs = Find(page);
        SkipWithoutLibrary(specs);
        var (committed, written) = (File.ReadAllText(Path.Combine(Docs, "environments", "images", $"{page}.svg")), EnvironmentPagesWriter.Picture(specs[0]));
        Assert.Equal(Numbers().Replace(committed, "0"), Numbers().Replace(written, "0"));

        // Another machine's sine may move a point by a hundredth of a pixel.
        var pairs = Numbers().Matches(committed).Zip(Numbers().Matches(written), (one, other) => (Value(one), Value(other)));
        Assert.All(pairs, pair => Assert.Equal(pair.Item1, pair.Item2, 0.02));
    }

    [Fact]
    public void Index_ListsAllPages()
    {
        SkipWithoutLibrary(EnvironmentRegistry.Default.Specs);
        var committed = File.ReadAllText(Path.Combine(Docs, "environments.md"));
        Assert.Equal(committed, EnvironmentPagesWriter.Index(committed, EnvironmentPagesWriter.Pages));
        string[] files = [.. Directory.GetFiles(Path.Combine(Docs, "environments"), "*.md").Select(path => Path.GetFileNameWithoutExtension(path))];
        Assert.Equal(EnvironmentPagesWriter.Pages.Select(page => page.Key).Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("too few labels", 1)]
    [InlineData("labels more than", 3)]
    public void Labels_ThatDoNotFitTheirSpace_AreRefused(string expected, int count) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => SpaceRows.Of(new BoxSpace(0, 1, 2), [.. Enumerable.Repeat<ValueLabel>("a number", count)])).Message, StringComparison.Ordinal);

    [Fact]
    public void SpacesWithoutLabels_AreShownByTheirRanges()
    {
        var space = new DictSpace(("image", BoxSpace.Bytes(8, 8, 3)), ("speed", new BoxSpace(float.NegativeInfinity, float.PositiveInfinity, 2)), ("gear", new DiscreteSpace(5, -1)));
        Assert.Equal([new("image", "", "", "0 to 255"), new("speed", "", "", "any"), new("gear", "", "", "-1 to 3")], SpaceRows.Of(space, null));
    }

    private static List<EnvironmentSpec> Find(string page) => [.. EnvironmentPagesWriter.Pages.Single(group => group.Key == page)];

    private static void SkipWithoutLibrary(IEnumerable<EnvironmentSpec> specs)
    {
        if (!MujocoLibrary.IsAvailable)
        {
            var registry = new EnvironmentRegistry();
            MujocoEnvironments.Register(registry);
            Assert.SkipWhen(specs.Any(spec => registry.Specs.Any(robot => robot.Id == spec.Id)), MujocoLibrary.Reason ?? "");
        }
    }

    private static double Value(Match match) => double.Parse(match.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\b[A-Z]\w+-v\d+\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Numbers();
}
