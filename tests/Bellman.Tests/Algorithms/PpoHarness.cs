using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>
/// A PPO learner whose policy says what a test wants: row i of the rollout is seen as the i-th unit vector, gets the value that the test chose, and its action is placed
/// where the policy's density is the one that the test chose. So losses and gradients can be held to numbers that know no network.
/// </summary>
internal sealed class PpoHarness : IDisposable
{
    private const double LogDeviation = -2;

    private readonly VectorEnvironment environment;
    private readonly double[] deviations;

    public PpoHarness(PpoSettings settings, double[] logProbabilities, double[] oldLogProbabilities, double[] values, double[] oldValues)
    {
        var rows = values.Length;
        settings = settings with { HiddenSizes = [rows], Activation = Activation.Relu, LogStandardDeviation = LogDeviation };
        environment = VectorEnvironment.From([new Silent(rows)]);
        var networks = new PolicySettings { HiddenSizes = [rows], Activation = Activation.Relu, LogStandardDeviation = LogDeviation };
        Policy = new Policy(environment.ObservationSpace, environment.ActionSpace, networks, new SplittableRandom(1));
        Learner = new PpoLearner(Policy, settings, 1, new SplittableRandom(1));
        Rollout = new RolloutBuffer(environment, rows);

        float[] identity = [.. Enumerable.Range(0, rows * rows).Select(i => i / rows == i % rows ? 1f : 0)];
        Parameter("policy.0.weight").CopyFrom(identity);
        Parameter("value.0.weight").CopyFrom(identity);
        Parameter("policy.head.weight").CopyFrom(new float[rows]);
        Parameter("value.head.weight").CopyFrom([.. values.Select(x => (float)x)]);
        identity.CopyTo(Rollout.Observations.Floats());

        // log p = −½z² − log σ − ½ log 2π, solved for z.
        deviations = [.. logProbabilities.Select(x => Math.Sqrt(2 * (-LogDeviation - (0.5 * Math.Log(Math.Tau)) - x)))];
        for (var i = 0; i < rows; i++)
        {
            Rollout.Actions.Floats()[i] = (float)(deviations[i] * Math.Exp(LogDeviation));
            Rollout.LogProbabilities[i] = (float)oldLogProbabilities[i];
            Rollout.Values[i] = (float)oldValues[i];
        }

        Rollout.Valid.AsSpan().Fill(1);
        Rollout.Ended.AsSpan().Fill(1);
        Rollout.Terminated.AsSpan().Fill(1);
    }

    public Policy Policy { get; }

    public PpoLearner Learner { get; }

    public RolloutBuffer Rollout { get; }

    /// <summary>∂loss/∂V of each row, after a minibatch.</summary>
    public double[] ValueGradients => Gradient("value.head.weight");

    /// <summary>∂loss/∂log π of each row, after a minibatch: the mean's gradient, taken back through ∂log π/∂mean = z/σ.</summary>
    public double[] LogProbabilityGradients => [.. Gradient("policy.head.weight").Select((x, i) => x * Math.Exp(LogDeviation) / deviations[i])];

    public float[] ValueWeights => Parameter("value.head.weight").Values.ToArray();

    public void SetAdvantages(double[] advantages, double[] returns)
    {
        for (var i = 0; i < advantages.Length; i++)
        {
            (Rollout.Advantages[i], Rollout.Returns[i]) = ((float)advantages[i], (float)returns[i]);
        }
    }

    /// <summary>A whole update, and the metrics that it gives.</summary>
    public IReadOnlyDictionary<string, double> Update()
    {
        var progress = new TrainingProgress();
        Learner.Update(Rollout, 1, progress);
        return Metrics(progress);
    }

    public static IReadOnlyDictionary<string, double> Metrics(TrainingProgress progress) =>
        progress.MetricNames.Zip(progress.MetricValues).ToDictionary(pair => pair.First, pair => pair.Second);

    public void Dispose()
    {
        Learner.Dispose();
        environment.Dispose();
    }

    // A step sets gradients to zero; after the first one Adam's first moment is a tenth of what they were.
    private double[] Gradient(string name)
    {
        var parameter = Parameter(name);
        var start = parameter.Owner!.Parameters.TakeWhile(other => other != parameter).Sum(other => other.Count);
        return [.. parameter.Owner.SaveState()["first_moment"].Skip(start).Take(parameter.Count).Select(x => x * 10.0)];
    }

    private Parameter Parameter(string name) => Policy.Parameters.Single(parameter => parameter.Name == name);

    private sealed class Silent(int width) : IEnvironment
    {
        public Space ObservationSpace { get; } = new BoxSpace(0, 1, width);

        public Space ActionSpace { get; } = new BoxSpace(-9, 9, 1);

        public void Reset(RandomStream random, RowWriter observation) => observation.Floats.Clear();

        public StepResult Step(RowReader action, RowWriter observation) => new(0, false, false);

        public void Dispose()
        {
        }
    }
}
