namespace Bellman.Tests;

/// <summary>Linear algorithms as agents: their checkpoints, policies and refusals.</summary>
public sealed class LinearAgentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    /// <summary>Every registered linear algorithm.</summary>
    public static TheoryData<string> Algorithms => [.. AlgorithmRegistry.Specs.Where(spec => spec.Configure(new AlgorithmRequest { Environment = "Taxi-v3" }).Settings.ContainsKey("tilings")).Select(spec => spec.Name)];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Resumed_EndsWithTheSameBits_WhereverItWas(string algorithm) =>
        Resumption.EndsWithTheSameBits(() => Agent(algorithm), agent => agent.Learner.Values.Weights.ToArray(), folder);

    [Fact]
    public void SavedPolicy_PlaysTheGreedyActionsOfTheWeights()
    {
        using var agent = Agent("semi-gradient-sarsa");
        agent.Learn(20_000);
        agent.Save(Path.Combine(folder, "car"));
        using var session = Policy.Load(Path.Combine(folder, "car")).CreateSession();
        var (features, action) = (agent.Learner.Values.Features, new int[1]);
        var row = new FeatureRow(features.ActiveCount);
        for (var i = 0; i < 500; i++)
        {
            float[] observation = [-1.2f + (1.8f * (i % 25) / 24), -0.07f + (0.14f * (i / 25) / 19)];
            session.Act(observation, action, deterministic: true);
            var vector = row.Compute(features, new RowReader(observation));
            Assert.Equal(agent.Learner.Values.Max(vector), agent.Learner.Values[vector, action[0]], 1e-4);
        }
    }

    [Fact]
    public void LoadedWeights_AreBegunWith_WhicheverLinearAlgorithmLearnedThem()
    {
        using var first = Agent("semi-gradient-sarsa");
        first.Learn(3000);
        first.Save(Path.Combine(folder, "car"));
        var checkpoint = Checkpoint.Open(Path.Combine(folder, "car"));
        using var second = Agent("linear-q-learning");
        second.LoadWeights(checkpoint);
        Assert.Equal(first.Policy.WeightsSha256, second.Policy.WeightsSha256);

        // The features come along, too, as a deep agent's networks do.
        var plan = AlgorithmRegistry.Get("linear-q-learning").Configure(new AlgorithmRequest { Environment = "MountainCar-v0", UseTuned = false, Networks = Policy.ReadNetworkSettings(checkpoint) });
        Assert.Equal(("4", "--from"), (plan.Settings["tilings"]!.ToJsonString(), plan.Sources["tilings"]));

        using var other = Agent("linear-q-learning", ("tilings", "8", "test"));
        Assert.Contains("other features", Assert.Throws<CheckpointException>(() => other.LoadWeights(checkpoint)).Message, StringComparison.Ordinal);
        using var ppo = AlgorithmRegistry.Get("ppo").Configure(new AlgorithmRequest { Environment = "MountainCar-v0", Networks = Policy.ReadNetworkSettings(checkpoint) }).Make(VectorEnvironment.Make("MountainCar-v0"));
        Assert.Contains("linear in features, which another kind of algorithm learned", Assert.Throws<CheckpointException>(() => ppo.LoadWeights(checkpoint)).Message, StringComparison.Ordinal);
        ppo.Save(Path.Combine(folder, "ppo"));
        Assert.Contains("made of networks, which another kind of algorithm learned", Assert.Throws<CheckpointException>(() => second.LoadWeights(Checkpoint.Open(Path.Combine(folder, "ppo")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATable_AndItsOneHotFeatures_AreNotTakenForEachOther()
    {
        using var table = AlgorithmRegistry.Get("q-learning").Configure(new AlgorithmRequest { Environment = "FrozenLake-v1" }).Make(VectorEnvironment.Make("FrozenLake-v1"));
        using var linear = AlgorithmRegistry.Get("linear-q-learning").Configure(new AlgorithmRequest { Environment = "FrozenLake-v1", Values = [("features", "oneHot", "test")] }).Make(VectorEnvironment.Make("FrozenLake-v1"));
        table.Save(Path.Combine(folder, "table"));
        linear.Save(Path.Combine(folder, "linear"));
        Assert.Contains("is a table", Assert.Throws<CheckpointException>(() => linear.LoadWeights(Checkpoint.Open(Path.Combine(folder, "table")))).Message, StringComparison.Ordinal);
        Assert.Contains("is no table", Assert.Throws<CheckpointException>(() => table.LoadWeights(Checkpoint.Open(Path.Combine(folder, "linear")))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("semi-gradient-sarsa", "CartPole-v1", "", "Entry 1 of the observation reaches from")]
    [InlineData("semi-gradient-sarsa", "Taxi-v3", "", "Features of kind Tiles describe one array of floats, but the observations are Discrete(500)")]
    [InlineData("semi-gradient-sarsa", "Pendulum-v1", "", "Linear action values need one discrete action, but the action space is Box(")]
    [InlineData("semi-gradient-sarsa", "MountainCar-v0", "environments=2", "The setting Environments is 2; it must be 1: each step is learned from before the next.")]
    [InlineData("semi-gradient-sarsa", "MountainCar-v0", "lambda=0.5", "The setting 'lambda' means nothing to semi-gradient-sarsa; leave it out.")]
    [InlineData("semi-gradient-sarsa-lambda", "MountainCar-v0", "lambda=1.5", "The setting Lambda is 1.5; it must be in [0, 1].")]
    [InlineData("linear-q-learning", "MountainCar-v0", "tiles=4,4,4", "The setting Tiles has 3 numbers; give one for each of the observation's 2 entries, or one for all.")]
    public void WhatCannotWork_IsRefusedWithOneSentence(string algorithm, string environment, string setting, string message)
    {
        (string Name, string Text, string Source)[] values = setting.Length > 0 ? [(setting.Split('=')[0], setting.Split('=')[1], "test")] : [];
        var refusal = Assert.ThrowsAny<ArgumentException>(() =>
        {
            var plan = AlgorithmRegistry.Get(algorithm).Configure(new AlgorithmRequest { Environment = environment, UseTuned = false, Values = values });
            plan.Make(VectorEnvironment.Make(environment, plan.Environments, seed: 5)).Dispose();
        });
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EndsAtExactlyItsSteps_AndAllocatesNothingOnTheWay()
    {
        using var agent = Agent("semi-gradient-sarsa-lambda");
        agent.Learn(1234);
        Assert.Equal((1234, 1234), (agent.Progress.Steps, agent.Progress.TotalSteps));
        agent.Learn(100_000);
        var least = Enumerable.Range(1, 3).Min(window =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            agent.Learn(100_000 + (50_000 * window));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        // A call of Learn has its own few objects, whatever the steps: less than a byte for each of ten.
        Assert.InRange(least, 0, 5_000);
    }

    private static LinearAgent Agent(string algorithm, params IReadOnlyList<(string Name, string Text, string Source)> values)
    {
        // Some of the rounds end within an episode's traces; few features, for least squares.
        var plan = AlgorithmRegistry.Get(algorithm).Configure(new AlgorithmRequest
        {
            Environment = "MountainCar-v0",
            UseTuned = false,
            Values = [("roundSteps", "500", "test"), ("seed", "3", "test"), ("epsilon", "linear:0.5", "test"), ("tilings", "4", "test"), ("tiles", "3", "test"), .. values],
        });
        return (LinearAgent)plan.Make(VectorEnvironment.Make("MountainCar-v0", plan.Environments, seed: 5));
    }
}
