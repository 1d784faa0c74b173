namespace Bellman.Tests;

/// <summary>Tabular algorithms as agents: their checkpoints, policies and refusals.</summary>
public sealed class TabularAgentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    /// <summary>Every registered tabular algorithm, with what makes the most of its state.</summary>
    public static TheoryData<string, string> Agents
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var spec in AlgorithmRegistry.Specs.Where(spec => spec.Configure(new AlgorithmRequest { Environment = "Taxi-v3" }).Settings.ContainsKey("initialValue")))
            {
                data.Add(spec.Name, "Taxi-v3");
                data.Add(spec.Name, "FrozenLake-v1");
            }

            return data;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Agents))]
    public void Resumed_EndsWithTheSameBits_WhereverItWas(string algorithm, string environment) =>
        Resumption.EndsWithTheSameBits(() => Agent(algorithm, environment), agent => agent.Learner.Table.Values.ToArray(), folder);

    [Theory]
    [InlineData("q-learning", "exploration=softmax")]
    [InlineData("q-learning", "exploration=upperConfidence")]
    [InlineData("q-learning", "sampleAverage=true")]
    [InlineData("expected-sarsa", "exploration=softmax")]
    [InlineData("double-q-learning", "sampleAverage=true")]
    [InlineData("sarsa-lambda", "sampleAverage=true")]
    [InlineData("monte-carlo", "exploration=upperConfidence")]
    [InlineData("prioritized-dyna", "exploration=upperConfidence")]
    public void EveryWayOfExploring_GoesOnWithTheSameBits(string algorithm, string setting)
    {
        var values = new[] { (setting.Split('=')[0], setting.Split('=')[1], "test") };
        using var whole = Agent(algorithm, "FrozenLake-v1", values);
        whole.Learn(2000);
        var checkpoint = new Checkpoint();
        whole.SaveState(checkpoint);
        whole.Learn(4000);
        using var resumed = Agent(algorithm, "FrozenLake-v1", values);
        checkpoint.Save(Path.Combine(folder, "half"));
        resumed.LoadState(Checkpoint.Open(Path.Combine(folder, "half")));
        resumed.Learn(4000);
        Assert.Equal(whole.Learner.Table.Values, resumed.Learner.Table.Values);
    }

    [Fact]
    public void SavedPolicy_PlaysTheGreedyActionsOfTheTable()
    {
        using var agent = Agent("q-learning", "Taxi-v3");
        agent.Learn(20_000);
        agent.Save(Path.Combine(folder, "taxi"));
        var policy = Policy.Load(Path.Combine(folder, "taxi"));
        using var session = policy.CreateSession();
        var (observations, actions) = (new Rows(policy.ObservationSpace.Layout, 500), new Rows(policy.ActionSpace.Layout, 500));
        for (var state = 0; state < 500; state++)
        {
            observations.Integers()[state] = state;
        }

        session.Act(observations, actions, deterministic: true);
        Assert.Equal(Enumerable.Range(0, 500).Select(state => agent.Learner.Table.Greedy(state)), actions.Integers().ToArray());
        Assert.Equal(agent.Policy.WeightsSha256, policy.WeightsSha256);
    }

    [Fact]
    public void LoadedWeights_BecomeTheTable()
    {
        using var first = Agent("q-learning", "FrozenLake-v1");
        first.Learn(3000);
        first.Save(Path.Combine(folder, "lake"));
        foreach (var algorithm in new[] { "double-q-learning", "sarsa" })
        {
            using var second = Agent(algorithm, "FrozenLake-v1");
            second.LoadWeights(Checkpoint.Open(Path.Combine(folder, "lake")));
            Assert.Equal(first.Policy.WeightsSha256, second.Policy.WeightsSha256);
            second.Learn(1);
            Assert.InRange(second.Learner.Table.Values.ToArray().Zip(first.Learner.Table.Values.ToArray()).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-6), 0, 1);
        }

        using var taxi = Agent("q-learning", "Taxi-v3");
        Assert.Contains("table of 64 values", Assert.Throws<CheckpointException>(() => taxi.LoadWeights(Checkpoint.Open(Path.Combine(folder, "lake")))).Message, StringComparison.Ordinal);
        using var ppo = new Ppo(VectorEnvironment.Make("FrozenLake-v1"), new PpoSettings { Seed = 1 });
        Assert.Contains("is a table", Assert.Throws<CheckpointException>(() => ((IAgent)ppo).LoadWeights(Checkpoint.Open(Path.Combine(folder, "lake")))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("q-learning", "CartPole-v1", "", "A table needs finitely many states, but Box(")]
    [InlineData("q-learning", "Taxi-v3", "environments=2", "The setting Environments is 2; it must be 1: a table learns from one step after the other.")]
    [InlineData("q-learning", "Taxi-v3", "lambda=0.5", "The setting 'lambda' means nothing to q-learning; leave it out.")]
    [InlineData("sarsa-lambda", "Taxi-v3", "lambda=1.5", "The setting Lambda is 1.5; it must be in [0, 1].")]
    [InlineData("expected-sarsa", "Taxi-v3", "exploration=upperConfidence", "Expected SARSA takes the mean over what may be chosen, but upper confidence chooses without chance")]
    public void WhatCannotWork_IsRefusedWithOneSentence(string algorithm, string environment, string setting, string message)
    {
        (string Name, string Text, string Source)[] values = setting.Length > 0 ? [(setting.Split('=')[0], setting.Split('=')[1], "test")] : [];
        var refusal = Assert.ThrowsAny<ArgumentException>(() => Agent(algorithm, environment, values).Dispose());
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EndsAtExactlyItsSteps()
    {
        using var agent = Agent("sarsa", "FrozenLake-v1");
        agent.Learn(1234);
        Assert.Equal((1234, 1234), (agent.Progress.Steps, agent.Progress.TotalSteps));
    }

    private static TabularAgent Agent(string algorithm, string environment, params IReadOnlyList<(string Name, string Text, string Source)> values)
    {
        // Some of the rounds end within a curve of traces, or with steps that wait for their target.
        var plan = AlgorithmRegistry.Get(algorithm).Configure(new AlgorithmRequest { Environment = environment, UseTuned = false, Values = [("roundSteps", "500", "test"), ("seed", "3", "test"), ("epsilon", "linear:0.5", "test"), .. values] });
        return (TabularAgent)plan.Make(VectorEnvironment.Make(environment, plan.Environments, seed: 5));
    }
}
