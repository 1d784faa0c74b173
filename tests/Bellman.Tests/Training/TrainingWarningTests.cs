namespace Bellman.Tests;

/// <summary>What is said about figures, and what is not.</summary>
public sealed class TrainingWarningTests
{
    [Theory]
    [InlineData(0.69, 0.03, 0.9, true)]
    [InlineData(0.69, 0.04, 0.9, false)]
    [InlineData(0.69, 0.03, 0.2, false)]
    [InlineData(0, 0, 0.9, false)]
    public void EntropyThatIsGoneEarly_IsToldOf(double first, double now, double remaining, bool told)
    {
        Assert.Equal(told, TrainingRules.Entropy(first, now, remaining) is not null);
        Assert.Equal(told, TrainingRules.Deviation(first, now, remaining) is not null);
    }

    [Fact]
    public void Warning_SaysWhatWasSeen_AndWhatToTry() => Assert.Equal(
        new TrainingWarning("entropy collapsed", "the policy's entropy fell from 0.69 to 0.01 with 90 % of training to come", "raise entropyCoefficient (0.01 is usual), or lower learningRate"),
        TrainingRules.Entropy(0.69, 0.01, 0.9));

    [Fact]
    public void OneLargeDivergence_IsNothing_ManyInARowAre()
    {
        Assert.Null(TrainingRules.Divergence([0.01, 0.9, 0.01]));
        Assert.Null(TrainingRules.Divergence([]));
        Assert.Null(TrainingRules.Divergence([0.01, 0.9, 0.01, 0.9]));
        Assert.StartsWith("2 of the last 3 updates", TrainingRules.Divergence([0.3, 0.01, 1])!.What);
    }

    [Theory]
    [InlineData(1, 1, 25, -0.5, true)]
    [InlineData(1, 1, 25, 0.4, false)]
    [InlineData(1, 1, 15, -0.5, false)]
    [InlineData(11, 1e-5, 3e-3, -1.5, false)] // CartPole once it is solved: all returns are equal, and what is left is noise.
    [InlineData(11, 1e-5, 3, -1.5, true)]
    public void ValueLossThatGrows_IsAFault_OnlyIfNothingIsExplained_AndItWasNotNoise(double first, double best, double now, double explained, bool told) =>
        Assert.Equal(told, TrainingRules.ValueLoss(first, best, now, explained) is not null);

    [Fact]
    public void SmallLosses_AreToldWithTheirFigures() => Assert.StartsWith("the value loss grew from 2.0e-4 to 0.05 ", TrainingRules.ValueLoss(0.01, 2e-4, 0.05, -1)!.What);

    [Theory]
    [InlineData("train/loss", double.NaN, true)]
    [InlineData("train/loss", double.PositiveInfinity, true)]
    [InlineData("train/loss", 1, false)]
    [InlineData("train/explained_variance", double.NaN, false)]
    [InlineData("eval/mean_reward", double.NaN, false)]
    public void NotANumber_IsToldOf_ByTheLearnersName(string name, double value, bool told) => Assert.Equal(told, TrainingRules.NotFinite(name, value) is not null);

    [Theory]
    [InlineData("CartPole-v1", 60_000)]
    [InlineData("Pendulum-v1", 40_000)]
    public void GoodTraining_HasNoWarnings(string id, long steps) => Assert.Empty(Train(id, PpoSettings.For(id), steps));

    [Fact]
    public void StepsThatAreTooLong_AreToldOf()
    {
        // A hundred times the tuned step: the policy jumps to a corner and stays.
        var warnings = Train("CartPole-v1", PpoSettings.For("CartPole-v1") with { LearningRate = 0.1 }, 20_000);
        Assert.Contains("entropy collapsed", warnings);
    }

    [Fact]
    public void ManyEpochsOfLongSteps_ExplodeTheDivergence() =>
        Assert.Contains("KL exploding", Train("Pendulum-v1", new PpoSettings { Environments = 4, RolloutSteps = 64, LearningRate = 0.1, Epochs = 20 }, 5000));

    private static HashSet<string> Train(string id, PpoSettings settings, long steps)
    {
        var (monitor, warnings) = (new TrainingMonitor(), new HashSet<string>());
        using var ppo = new Ppo(VectorEnvironment.Make(id, settings.Environments, seed: 1), settings with { Seed = 1 });
        ppo.Learn(steps, callbacks: [new Watch(training =>
        {
            monitor.Add(training.Progress);
            warnings.UnionWith(monitor.Warnings.Select(warning => warning.Name));
        })]);
        return warnings;
    }

    private sealed class Watch(Action<TrainingContext> action) : TrainingCallback
    {
        public override void OnUpdate(TrainingContext training) => action(training);
    }
}
