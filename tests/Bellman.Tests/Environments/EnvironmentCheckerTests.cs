using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>The checker finds each fault that is planted, by its name and alone, and nothing where there is none.</summary>
public sealed class EnvironmentCheckerTests
{
    private static readonly EnvironmentCheckSettings Quick = new() { Steps = 300, Episodes = 30, LongestEpisode = 2000 };

    public static TheoryData<string> Rules => [.. BrokenWalks.All.Keys];

    public static TheoryData<string> Ids => [.. EnvironmentRegistry.Default.Specs.Select(spec => spec.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void PlantedFault_IsFoundByItsRule_AndNoOtherIsBlamed(string rule)
    {
        var (severity, make, found) = BrokenWalks.All[rule];
        var report = EnvironmentChecker.Check(make, Quick);
        var finding = Assert.Single(report.Findings, finding => finding.Severity > CheckSeverity.Note || finding.Check == rule);
        Assert.Equal((rule, severity), (finding.Check, finding.Severity));
        Assert.Contains(found, finding.Found);
        Assert.NotEmpty(finding.Expected);
        Assert.NotEmpty(finding.Mend);
        Assert.Equal(severity == CheckSeverity.Error, report.Failed);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void RegisteredEnvironments_AreClean(string id)
    {
        var report = EnvironmentChecker.Check(id, settings: Quick with { LongestEpisode = 100_000 });
        Assert.True(report.Findings.All(finding => finding.Severity == CheckSeverity.Note), report.ToString());
    }

    [Fact]
    public void LooseBounds_MayBeLeft()
    {
        var spec = new EnvironmentSpec { Id = "Outside-v0", Description = "A walk that leaves its bounds.", Factory = _ => BrokenWalks.All["observation-in-space"].Make(), MaxEpisodeSteps = 100 };
        Assert.Contains(EnvironmentChecker.Check(spec, settings: Quick).Findings, finding => finding.Check == "observation-in-space");
        Assert.DoesNotContain(EnvironmentChecker.Check(spec with { HasLooseBounds = true }, settings: Quick).Findings, finding => finding.Severity > CheckSeverity.Note);
    }

    [Fact]
    public void Fixtures_AreClean()
    {
        Func<IEnvironment>[] fixtures = [() => new ByteImageFixture(), () => new DictionaryFixture(), () => new MaskedHybridFixture(), () => new GoalFixture(), () => new StatefulFixture(), () => new Walk()];
        foreach (var make in fixtures)
        {
            var report = EnvironmentChecker.Check(make, Quick);
            Assert.True(report.Findings.All(finding => finding.Severity == CheckSeverity.Note), report.ToString());
        }
    }

    [Fact]
    public void RandomPlay_TellsReturnsAndLengths()
    {
        var play = EnvironmentChecker.Check("CartPole-v1").RandomPlay!;
        Assert.Equal(100, play.Episodes);
        Assert.InRange(play.MeanReturn, 18, 28);
        Assert.Equal(play.MeanReturn, play.MeanLength, 1e-12);
        Assert.Equal(play.MinimumReturn, play.ShortestLength);
        Assert.Equal(play.MaximumReturn, play.LongestLength);
        Assert.Equal(1, play.TerminatedShare);
        Assert.Equal(play, EnvironmentChecker.Check("CartPole-v1").RandomPlay);
    }

    [Theory]
    [InlineData(0, "the same ends")]
    [InlineData(1, "rewards within 1e-12")]
    [InlineData(2, "the observation within 1e-12")]
    [InlineData(3, "the first observation within 1e-12")]
    public void BatchFormThatDiffers_IsFound(int fault, string expected)
    {
        var pendulum = EnvironmentRegistry.Default.Get("Pendulum-v1");
        var faulty = pendulum with
        {
            BatchFactory = (options, count, seed, limit) => new FaultyBatch(pendulum.BatchFactory!(options, count, fault == 3 ? seed + 1 : seed, fault == 0 ? limit + 1 : limit)!, fault),
        };
        var finding = Assert.Single(EnvironmentChecker.Check(faulty, settings: Quick).Findings);
        Assert.Equal("batch-form", finding.Check);
        Assert.Contains(expected, finding.Expected);
    }

    [Fact]
    public void UnknownId_IsRefused_NotReported() => Assert.Throws<ArgumentException>(() => EnvironmentChecker.Check("CartPole-v9"));

    [Fact]
    public void UnknownOption_IsRefused_NotReported() =>
        Assert.Throws<ArgumentException>(() => EnvironmentChecker.Check("CartPole-v1", new Dictionary<string, string> { ["gravity"] = "3" }));

    private sealed class FaultyBatch(IBatchEnvironment inner, int fault) : IBatchEnvironment
    {
        public int Count => inner.Count;

        public Space ObservationSpace => inner.ObservationSpace;

        public Space ActionSpace => inner.ActionSpace;

        public void Reset(VectorStep into) => inner.Reset(into);

        public void Step(Rows actions, VectorStep into)
        {
            inner.Step(actions, into);
            into.Rewards[2] += fault == 1 ? 1e-10 : 0;
            into.Observations.Floats()[4] += fault == 2 ? 1e-5f : 0;
        }

        public void SaveState(int copy, BinaryWriter writer) => inner.SaveState(copy, writer);

        public void LoadState(int copy, BinaryReader reader) => inner.LoadState(copy, reader);

        public int GetElapsedSteps(int copy) => inner.GetElapsedSteps(copy);

        public void SetElapsedSteps(int copy, int steps) => inner.SetElapsedSteps(copy, steps);

        public RandomStream Stream(int copy) => inner.Stream(copy);

        public void Dispose() => inner.Dispose();
    }
}
