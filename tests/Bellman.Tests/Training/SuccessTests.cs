using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Where an environment tells whether its task was done, training and evaluations say how often it was.</summary>
public sealed class SuccessTests
{
    [Fact]
    public void Training_ReportsTheShareOfTheLastHundredEpisodes()
    {
        // Three of four episodes succeed; the signal in mid-episode does not count.
        using var ppo = new Ppo(VectorEnvironment.From([new Task()]), new PpoSettings { Seed = 1, RolloutSteps = 40, Epochs = 1 });
        ppo.Learn(40);
        Assert.Equal(0.75, Metric(ppo.Progress, "rollout/success_rate"));
        Assert.Equal((0.75, 8), (ppo.Episodes.SuccessRate, ppo.Episodes.Count));
        ppo.Learn(2000);
        Assert.Equal(0.75, ppo.Episodes.SuccessRate);
    }

    [Fact]
    public void SuccessRate_GoesOnAfterAResume()
    {
        using var first = new Ppo(VectorEnvironment.Make("BitFlip-v0", 2, seed: 3), new PpoSettings { Seed = 1, RolloutSteps = 64 });
        using var second = new Ppo(VectorEnvironment.Make("BitFlip-v0", 2, seed: 3), new PpoSettings { Seed = 1, RolloutSteps = 64 });
        first.Learn(4000);
        var checkpoint = new Checkpoint();
        first.SaveState(checkpoint);
        second.LoadState(checkpoint);
        Assert.InRange(first.Episodes.SuccessRate, 0.001, 1);
        Assert.Equal(first.Episodes.SuccessRate, second.Episodes.SuccessRate);
    }

    [Fact]
    public void Evaluation_TellsLengthAndSuccess()
    {
        using var ppo = new Ppo(VectorEnvironment.From([new Task()]), new PpoSettings { Seed = 1, RolloutSteps = 40 });
        var result = Evaluation.Run(ppo.Policy, () => new Task(), episodes: 1);
        Assert.Equal((5, 1), (result.MeanLength, result.SuccessRate));
        ppo.Learn(40, callbacks: [new EvaluationCallback(() => new Task(), every: 40) { Episodes = 2 }]);
        Assert.Equal((5, 1), (Metric(ppo.Progress, "eval/mean_ep_length"), Metric(ppo.Progress, "eval/success_rate")));
        ppo.Learn(80, callbacks: [new EvaluationCallback(() => new Task(), every: 1000)]);
        Assert.Equal((double.NaN, double.NaN), (Metric(ppo.Progress, "eval/mean_ep_length"), Metric(ppo.Progress, "eval/success_rate")));
    }

    [Fact]
    public void EnvironmentThatDoesNotTell_HasNoSuchFigures()
    {
        using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1"), new PpoSettings { Seed = 1, RolloutSteps = 64, Epochs = 1 });
        ppo.Learn(64, callbacks: [new EvaluationCallback("CartPole-v1", every: 64) { Episodes = 3 }]);
        Assert.DoesNotContain(ppo.Progress.MetricNames, name => name.Contains("success", StringComparison.Ordinal));
        Assert.Null(Evaluation.Run(ppo.Policy, "CartPole-v1", episodes: 2).SuccessRate);
        Assert.Equal(double.NaN, ppo.Episodes.SuccessRate);

        // CartPole pays 1 a step.
        var result = Evaluation.Run(ppo.Policy, "CartPole-v1", episodes: 40);
        Assert.Equal(result.Mean, result.MeanLength, 1e-12);
    }

    private static double Metric(TrainingProgress progress, string name) => progress.MetricValues[progress.MetricNames.ToList().IndexOf(name)];

    /// <summary>Episodes of five steps; each fourth fails at its last, and all say in the middle that they succeed.</summary>
    private sealed class Task : IEnvironment, ISignals
    {
        private int episode = -1, steps;

        public Space ObservationSpace { get; } = new BoxSpace(-1, 1, 1);

        public Space ActionSpace { get; } = new DiscreteSpace(2);

        public IReadOnlyList<string> SignalNames { get; } = ["cost", "is_success"];

        public void Reset(RandomStream random, RowWriter observation)
        {
            (episode, steps) = (episode + 1, 0);
            observation.Floats[0] = 0;
        }

        public StepResult Step(RowReader action, RowWriter observation)
        {
            observation.Floats[0] = ++steps / 5f;
            return new StepResult(1, steps == 5, false);
        }

        public void ReadSignals(Span<double> values)
        {
            values[0] = 7;
            values[1] = steps == 3 || (steps == 5 && episode % 4 != 3) ? 1 : 0;
        }

        public void Dispose()
        {
        }
    }
}
