namespace Bellman.Tests;

/// <summary>A NaN is named where it appears, with environment, row, step and tensor, and spoils nothing that was saved.</summary>
public sealed class NotFiniteTests : IDisposable
{
    private const double Old = -0.5;
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Theory]
    [InlineData(7, "Environment 1 of the group gave NaN in element 2 of its observation at step 7 of its episode; 12 steps of training had been taken.")]
    [InlineData(9, "Environment 1 of the group gave NaN in element 2 of its last observation at the end of its episode; 16 steps of training had been taken.")]
    public void NaN_InAnObservation_NamesEnvironmentElementAndStep(int at, string expected)
    {
        Counter bad = new(9, truncates: true) { Spoil = (steps, observation) => observation.Floats[2] = steps == at ? float.NaN : 0 };
        using var ppo = new Ppo(VectorEnvironment.From([new Counter(9), bad]), new PpoSettings { RolloutSteps = 4 });
        Assert.Equal(expected, Assert.Throws<InvalidOperationException>(() => ppo.Learn(100)).Message);
    }

    [Fact]
    public void NaN_AtAReset_SaysSo()
    {
        using var ppo = new Ppo(VectorEnvironment.From([new SpoiltReset(at: 2)]), new PpoSettings { RolloutSteps = 4 });
        Assert.Contains("gave NaN in element 0 of its observation at the reset after an episode; 0 steps", Assert.Throws<InvalidOperationException>(() => ppo.Learn(100)).Message);
        using var other = new Ppo(VectorEnvironment.From([new SpoiltReset(at: 1)]), new PpoSettings { RolloutSteps = 4 });
        Assert.EndsWith("gave NaN in element 0 of its observation at its reset.", Assert.Throws<InvalidOperationException>(() => other.Learn(100)).Message);
    }

    [Fact]
    public void NaN_InAReward_NamesEnvironmentAndStep()
    {
        using var ppo = new Ppo(VectorEnvironment.From([new Counter(9), new Counter(9), new Counter(9) { Penalty = double.NaN }]), new PpoSettings { RolloutSteps = 4 });
        Assert.Equal(
            "Environment 2 of the group gave the reward NaN at step 1 of its episode; rewards must be finite; 0 steps of training had been taken.",
            Assert.Throws<InvalidOperationException>(() => ppo.Learn(100)).Message);
    }

    [Theory]
    [InlineData("observation", "'observation' holds NaN in element 1 of row 2 (environment 0, step 2 of the rollout)")]
    [InlineData("old log_probability", "'old log_probability' is NaN in row 2")]
    [InlineData("advantage", "'advantage' is NaN in row 2")]
    [InlineData("return", "'return' is NaN in row 2")]
    [InlineData("weight", "the weight 'policy.0.weight' holds NaN in element 3")]
    [InlineData("value", "'value' is Infinity in row 2")]
    [InlineData("ratio", "'ratio' is Infinity in row 2")]
    public void NaN_InTheLoss_NamesStepTensorAndRow(string planted, string expected)
    {
        using var harness = Harness(planted == "value" ? 3e38 : 0, planted == "ratio" ? Old - 100 : Old);
        switch (planted)
        {
            case "observation":
                harness.Rollout.Observations.Floats()[(2 * 3) + 1] = float.NaN;
                break;
            case "old log_probability":
                harness.Rollout.LogProbabilities[2] = float.NaN;
                break;
            case "advantage":
                harness.Rollout.Advantages[2] = float.NaN;
                break;
            case "return":
                harness.Rollout.Returns[2] = float.NaN;
                break;
            case "weight":
                var weight = harness.Policy.Parameters.Single(parameter => parameter.Name == "policy.0.weight");
                weight.CopyFrom([.. weight.Values.ToArray().Select((value, i) => i == 3 ? float.NaN : value)]);
                break;
            case "value":
                harness.Rollout.Observations.Floats()[(2 * 3) + 2] = 10;
                break;
        }

        var message = Assert.Throws<NotFiniteNumberException>(() => harness.Learner.UpdateMinibatch(harness.Rollout, [0, 2, 1])).Message;
        Assert.StartsWith("The loss is", message);
        Assert.Contains("at gradient step 1: " + expected, message);
        Assert.DoesNotContain(harness.ValueWeights, float.IsNaN);
    }

    [Fact]
    public void NaN_InAGradient_NamesTheParameterAndStep_AndChangesNoWeight()
    {
        // The ratio is e^88, just finite, and so is the loss; its gradient is not.
        using var harness = Harness(0, Old - 88);
        var weights = harness.Policy.WeightsSha256;
        var message = Assert.Throws<NotFiniteNumberException>(() => harness.Learner.UpdateMinibatch(harness.Rollout, [2])).Message;
        Assert.Matches(@"^The gradient of 'policy\.[a-z0-9.]+' holds -?(NaN|Infinity) in element \d+ at gradient step 1; lower the learning rate", message);
        Assert.Equal(weights, harness.Policy.WeightsSha256);
    }

    [Fact]
    public void LastGoodCheckpoint_Survives()
    {
        Counter bad = new(1000) { Spoil = (steps, observation) => observation.Floats[1] = steps == 200 ? float.NaN : 0 };
        using var ppo = new Ppo(VectorEnvironment.From([bad]), new PpoSettings { RolloutSteps = 32 });
        Assert.Throws<InvalidOperationException>(() => ppo.Learn(1000, callbacks: [new CheckpointCallback(folder, every: 64) { Keep = 1 }]));
        var file = Assert.Single(Directory.GetFiles(folder));
        Assert.Equal("000000000192.bellman", Path.GetFileName(file));
        using var again = new Ppo(VectorEnvironment.From([new Counter(1000)]), new PpoSettings { RolloutSteps = 32 });
        again.Policy.LoadWeights(Checkpoint.Open(file));
        Assert.Equal(ppo.Policy.WeightsSha256, again.Policy.WeightsSha256);
    }

    [Fact]
    public void WeightsThatAreNoNumbers_AreNotSavedOverThoseThatAre()
    {
        var path = Path.Combine(folder, "policy.bellman");
        using var ppo = new Ppo(VectorEnvironment.From([new Counter(9)]));
        ppo.Save(path);
        var good = File.ReadAllBytes(path);
        ppo.Policy.Parameters[0].CopyFrom([.. ppo.Policy.Parameters[0].Values.ToArray().Select(_ => float.NaN)]);
        Assert.Contains("'policy.0.weight' holds NaN in element 0", Assert.Throws<NotFiniteNumberException>(() => ppo.Save(path)).Message);
        Assert.Equal(good, File.ReadAllBytes(path));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Row 2's old log-probability is chosen; its advantage is negative, so that a large ratio is not cut.
    private static PpoHarness Harness(double value, double oldLogProbability)
    {
        var harness = new PpoHarness(new PpoSettings { BatchSize = 3, NormalizeAdvantages = false, ValueCoefficient = 1 }, [Old, Old, Old], [Old, Old, oldLogProbability], [0, 0, value], [0, 0, 0]);
        harness.SetAdvantages([1, 1, -1], [0, 0, 0]);
        return harness;
    }

    private sealed class SpoiltReset(int at) : IEnvironment
    {
        private int resets;

        public Space ObservationSpace { get; } = new BoxSpace(0, 1, 1);

        public Space ActionSpace { get; } = new DiscreteSpace(2);

        public void Reset(Bellman.Numerics.RandomStream random, RowWriter observation) => observation.Floats[0] = ++resets == at ? float.NaN : 0;

        public StepResult Step(RowReader action, RowWriter observation)
        {
            observation.Floats[0] = 0;
            return new StepResult(0, true, false);
        }

        public void Dispose()
        {
        }
    }
}
