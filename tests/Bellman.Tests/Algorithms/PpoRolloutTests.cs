using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>What plays and what learns must mean the same policy: rollouts that were really played, seen by the first minibatch.</summary>
public sealed class PpoRolloutTests
{
    [Theory]
    [InlineData("CartPole-v1", false)]
    [InlineData("Pendulum-v1", false)]
    [InlineData("Pendulum-v1", true)]
    public void Ratio_IsOneOnFirstMinibatch(string id, bool stateDependent)
    {
        // So narrow a clip range counts every ratio further than 1e-6 from 1. The one minibatch of an update is the first.
        var settings = new PpoSettings
        {
            Seed = 1,
            RolloutSteps = 64,
            BatchSize = 256,
            Epochs = 1,
            ClipRange = 1e-6,
            StateDependentExploration = stateDependent,
            NoiseInterval = 4,
            NormalizeObservations = true,
            NormalizeRewards = true,
        };
        using var ppo = new Ppo(VectorEnvironment.Make(id, 4, seed: 1), settings);
        for (var iteration = 1; iteration <= 4; iteration++)
        {
            ppo.Learn(iteration * 256);
            var metrics = PpoHarness.Metrics(ppo.Progress);
            Assert.Equal(iteration, metrics["train/n_updates"]);
            Assert.Equal(0, metrics["train/clip_fraction"]);
            Assert.InRange(metrics["train/approx_kl"], -1e-6, 1e-6);
        }
    }

    [Fact]
    public void LogProbability_IsOfTheUnclippedAction_WhileTheEnvironmentGetsTheClippedOne()
    {
        var narrow = new NarrowBox();
        using var ppo = new Ppo(VectorEnvironment.From([narrow]), new PpoSettings { Seed = 3, RolloutSteps = 50 });
        ppo.Collector.Collect(ppo.Rollout);
        float[] drawn = [.. ppo.Rollout.Actions.Floats()];
        Assert.Contains(drawn, action => Math.Abs(action) > 1);
        Assert.Equal(drawn.Select(action => Math.Clamp(action, -NarrowBox.Bound, NarrowBox.Bound)), narrow.Received);

        using var tape = new Tape(recording: false);
        var means = ppo.Policy.Forward(tape, ppo.Rollout.Observations, 50).Action.Parameters.Values.ToArray();
        double[] expected = [.. drawn.Select((action, i) => DiagonalGaussianFormulas.LogProbability<double>([means[i]], [0], [action]))];
        Reference.Close(expected, ppo.Rollout.LogProbabilities, 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OrthogonalInit_Gains(bool sharedNetwork)
    {
        using var ppo = new Ppo(VectorEnvironment.Make("Acrobot-v1", seed: 1), new PpoSettings { HiddenSizes = [64, 32], SharedNetwork = sharedNetwork });
        foreach (var trunk in sharedNetwork ? ["shared"] : new[] { "policy", "value" })
        {
            IsOrthogonal($"{trunk}.0", Math.Sqrt(2));
            IsOrthogonal($"{trunk}.1", Math.Sqrt(2));
        }

        IsOrthogonal("policy.head", 0.01);
        IsOrthogonal("value.head", 1);

        // The shorter side's vectors are at right angles and as long as the gain; biases are 0.
        void IsOrthogonal(string layer, double gain)
        {
            var weight = ppo.Policy.Parameters.Single(parameter => parameter.Name == layer + ".weight");
            Assert.All(ppo.Policy.Parameters.Single(parameter => parameter.Name == layer + ".bias").Values.ToArray(), bias => Assert.Equal(0, bias));
            var (inputs, outputs, values) = (weight.Shape[0], weight.Shape[1], weight.Values.ToArray());
            var (count, length) = (Math.Min(inputs, outputs), Math.Max(inputs, outputs));
            double Element(int vector, int i) => values[inputs <= outputs ? (vector * outputs) + i : (i * outputs) + vector] / gain;
            for (var (a, b) = (0, 0); a < count; (a, b) = b + 1 < count ? (a, b + 1) : (a + 1, 0))
            {
                Reference.Close(a == b ? 1 : 0, Enumerable.Range(0, length).Sum(i => Element(a, i) * Element(b, i)), 1e-6);
            }
        }
    }

    /// <summary>Takes actions in a box far narrower than what is drawn, and keeps what it got.</summary>
    private sealed class NarrowBox : IEnvironment
    {
        public const float Bound = 0.25f;

        public List<float> Received { get; } = [];

        public Space ObservationSpace { get; } = new BoxSpace(-1, 1, 1);

        public Space ActionSpace { get; } = new BoxSpace(-Bound, Bound, 1);

        public void Reset(RandomStream random, RowWriter observation) => observation.Floats[0] = 0;

        public StepResult Step(RowReader action, RowWriter observation)
        {
            Received.Add(action.Floats[0]);
            observation.Floats[0] = MathF.Sin(Received.Count);
            return new StepResult(action.Floats[0], false, false);
        }

        public void Dispose()
        {
        }
    }
}
