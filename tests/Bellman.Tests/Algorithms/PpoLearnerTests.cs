using System.Text.Json;

namespace Bellman.Tests;

/// <summary>The losses and gradients of one PPO minibatch against float64 references.</summary>
public sealed class PpoLearnerTests
{
    private static readonly PpoSettings Settings = new() { BatchSize = 16, Epochs = 1, ClipRange = 0.2, ValueClipRange = 0.2, MaximumGradientNorm = 0, Gamma = 0, GaeLambda = 0 };

    private static readonly int[] All = [.. Enumerable.Range(0, 16)];

    [Fact]
    public void Gradients_EqualReference()
    {
        foreach (var (input, output) in Reference.Cases("ppo_loss"))
        {
            using var harness = Harness(input, Settings with { ClipRange = input.Number("clip"), ValueClipRange = input.Number("clip_vf") });
            Assert.True(harness.Learner.UpdateMinibatch(harness.Rollout, All));
            Reference.Close(output.Doubles("grad_values"), harness.ValueGradients, 1e-5);
            Reference.Close(output.Doubles("grad_log_prob"), harness.LogProbabilityGradients, 1e-5);
        }
    }

    [Fact]
    public void Losses_EqualReference()
    {
        foreach (var (input, output) in Reference.Cases("ppo_loss"))
        {
            // With γ = 0 the advantage is reward − old value, so rewards can be chosen that make it the reference's; the returns are then the rewards.
            using var harness = Harness(input, Settings);
            double[] rewards = [.. input.Doubles("advantages").Zip(input.Doubles("old_values"), (a, v) => a + v)];
            for (var i = 0; i < rewards.Length; i++)
            {
                harness.Rollout.Rewards[i] = harness.Rollout.ScaledRewards[i] = (float)rewards[i];
            }

            var metrics = harness.Update();
            Reference.Close(output.Number("policy_loss"), metrics["train/policy_gradient_loss"], 1e-5);
            Reference.Close(output.Number("approx_kl"), metrics["train/approx_kl"], 1e-5);
            Reference.Close(output.Number("clip_fraction"), metrics["train/clip_fraction"], 1e-5);
            var errors = input.Doubles("values").Zip(input.Doubles("old_values"), (v, old) => old + Math.Clamp(v - old, -0.2, 0.2)).Zip(rewards, (v, r) => (v - r) * (v - r));
            Reference.Close(errors.Average(), metrics["train/value_loss"], 1e-5);
        }
    }

    [Fact]
    public void ValueLossScale()
    {
        // The loss is coefficient · mean squared error, without ½: its gradient is coefficient · 2 · (V − R) / n.
        using var harness = new PpoHarness(Settings with { ValueClipRange = 0, ValueCoefficient = 0.3 }, [0, 0], [0, 0], values: [1, 5], oldValues: [0, 0]);
        harness.SetAdvantages([0, 0], returns: [3, 4]);
        harness.Learner.UpdateMinibatch(harness.Rollout, [0, 1]);
        Reference.Close([0.3 * 2 * -2 / 2, 0.3 * 2 * 1 / 2], harness.ValueGradients, 1e-6);
    }

    [Fact]
    public void GradientNorm_IsThatBeforeClipping()
    {
        // Without advantages only values learn. Row i reaches its own hidden unit alone, through a weight of 1, and its value by the weight V.
        using var harness = new PpoHarness(Settings with { ValueClipRange = 0, ValueCoefficient = 0.3, MaximumGradientNorm = 0.5 }, [0, 0], [0, 0], values: [1, 5], oldValues: [3, 4]);
        (harness.Rollout.Rewards[0], harness.Rollout.Rewards[1]) = (harness.Rollout.ScaledRewards[0], harness.Rollout.ScaledRewards[1]) = (3, 4);
        double first = 0.3 * 2 * -2 / 2, second = 0.3 * 2 * 1 / 2;
        var head = (first * first) + (second * second) + ((first + second) * (first + second));
        var hidden = 2 * ((first * first) + (5 * second * 5 * second));
        Reference.Close(Math.Sqrt(head + hidden), harness.Update()["train/grad_norm"], 1e-6);
    }

    [Fact]
    public void AdvantageNormalisation_PerMinibatch_UnbiasedStd_SkippedForBatchOfOne()
    {
        // Where old and new policy agree the ratio is 1, and the gradient towards log π is −A/n.
        double[] advantages = [3, 1, -4, 100];
        using var harness = new PpoHarness(Settings, [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]);
        harness.SetAdvantages(advantages, [0, 0, 0, 0]);
        harness.Learner.UpdateMinibatch(harness.Rollout, [0, 1, 2]);

        // Mean 0 and unbiased deviation √(26/2) of the three; the fourth row is in no minibatch here.
        Reference.Close([.. advantages[..3].Select(a => -a / Math.Sqrt(13) / 3), 0], harness.LogProbabilityGradients, 1e-5);
    }

    [Fact]
    public void AdvantageOfABatchOfOne_IsLeftAsItIs()
    {
        using var harness = new PpoHarness(Settings, [0, 0], [0, 0], [0, 0], [0, 0]);
        harness.SetAdvantages([3, 7], [0, 0]);
        harness.Learner.UpdateMinibatch(harness.Rollout, [1]);
        Reference.Close([0.0, -7], harness.LogProbabilityGradients, 1e-5);
    }

    [Fact]
    public void KlStop_StopsAtOneAndAHalfTimesTheTarget_BeforeTheStep()
    {
        var (input, output) = Reference.Cases("ppo_loss").First();
        var divergence = output.Number("approx_kl");
        Assert.True(Step(divergence / 1.5 * 1.001).Taken);
        var (taken, before, after) = Step(divergence / 1.5 * 0.999);
        Assert.False(taken);
        Assert.Equal(before, after);

        (bool Taken, string Before, string After) Step(double target)
        {
            using var harness = Harness(input, Settings with { TargetKl = target });
            var weights = harness.Policy.WeightsSha256;
            return (harness.Learner.UpdateMinibatch(harness.Rollout, All), weights, harness.Policy.WeightsSha256);
        }
    }

    [Fact]
    public void Adam_HasItsEpsilonFromThePaper()
    {
        // The first step is rate · g / (|g| + ε): half the rate where the gradient is just ε = 1e-5.
        using var harness = new PpoHarness(Settings with { LearningRate = 0.125, ValueClipRange = 0, ValueCoefficient = 5e-6 }, [0], [0], values: [1], oldValues: [1]);
        harness.SetAdvantages([0], returns: [0]);
        harness.Learner.UpdateMinibatch(harness.Rollout, [0]);
        Reference.Close(1 - (0.125 / 2), harness.ValueWeights[0], 1e-6);
    }

    [Fact]
    public void ShortLastMinibatch_IsLearnedFromToo()
    {
        // Seven rows in threes; a row that no minibatch held would leave its own weight where it was.
        double[] values = [1, 2, 3, 4, 5, 6, 7], none = new double[7];
        using var harness = new PpoHarness(Settings with { BatchSize = 3, ValueClipRange = 0 }, none, none, values, none);
        var metrics = harness.Update();
        Assert.Equal(3, metrics["train/n_updates"]);
        Assert.All(harness.ValueWeights.Zip(values), pair => Assert.NotEqual(pair.Second, pair.First));
    }

    [Fact]
    public void BatchLargerThanTheRollout_IsTheWholeRollout()
    {
        string[] weights = [.. new[] { 16, 17, int.MaxValue }.Select(size =>
        {
            using var harness = Harness(Reference.Cases("ppo_loss").First().Input, Settings with { BatchSize = size, Epochs = 2 });
            Assert.Equal(2, harness.Update()["train/n_updates"]);
            return harness.Policy.WeightsSha256;
        })];
        Assert.Single(weights.Distinct());
    }

    [Fact]
    public void KlStop_EndsTheWholeUpdate()
    {
        // The first minibatch finds old and new policy equal; the second finds so long a step that every ratio is clipped, and is the last that is looked at.
        double[] rows = new double[8];
        using var harness = new PpoHarness(Settings with { BatchSize = 4, Epochs = 10, LearningRate = 1, TargetKl = 1e-6 }, rows, rows, rows, oldValues: [1, 2, 3, 4, 5, 6, 7, 8]);
        var metrics = harness.Update();
        Assert.Equal((1, 0.5), (metrics["train/n_updates"], metrics["train/clip_fraction"]));
    }

    [Fact]
    public void InvalidRows_AreNotLearnedFrom()
    {
        var (input, _) = Reference.Cases("ppo_loss").First();
        using var with = Harness(input, Settings);
        using var without = Harness(input, Settings);
        foreach (var harness in new[] { with, without })
        {
            harness.Rollout.Valid[3] = 0;
        }

        with.Rollout.ScaledRewards[3] = 1e6f;
        with.Update();
        without.Update();
        Assert.Equal(without.Policy.WeightsSha256, with.Policy.WeightsSha256);
    }

    private static PpoHarness Harness(JsonElement input, PpoSettings settings)
    {
        var harness = new PpoHarness(settings, input.Doubles("log_prob"), input.Doubles("old_log_prob"), input.Doubles("values"), input.Doubles("old_values"));
        harness.SetAdvantages(input.Doubles("advantages"), input.Doubles("returns"));
        return harness;
    }
}
