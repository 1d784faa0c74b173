using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// The update of proximal policy optimization (Schulman et al. 2017, arXiv:1707.06347): several passes of minibatches over one rollout,
/// with the gradient cut where the policy has moved too far from the one that played. It knows no environment.
/// </summary>
public sealed class PpoLearner : IOnPolicyLearner, IDisposable
{
    private readonly PpoSettings settings;
    private readonly SplittableRandom random;
    private readonly Tape tape = new();
    private readonly Adam optimizer;
    private readonly RewardNormalizer? rewardNormalizer;
    private readonly Minibatch minibatch;
    private int[] order = [];
    private float[] advantages = [];
    private float clip;
    private double policyLoss, valueLoss, entropyLoss, totalLoss, divergence, clipped, gradientNorm;
    private int minibatches, steps;

    /// <summary>A learner; it takes ownership of the policy's weights.</summary>
    /// <param name="policy">What learns.</param>
    /// <param name="settings">How.</param>
    /// <param name="slots">How many slots the rollouts have.</param>
    /// <param name="random">Where the order of minibatches comes from.</param>
    public PpoLearner(Policy policy, PpoSettings settings, int slots, SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        (Policy, this.settings, this.random) = (policy, settings, random);

        // The paper's implementation uses ε = 1e-5: with a larger share of tiny gradients 1e-8 makes steps too long.
        optimizer = new Adam(policy.Parameters, settings.LearningRate.Initial, epsilon: 1e-5);
        rewardNormalizer = settings.NormalizeRewards ? new RewardNormalizer(slots, settings.Gamma) : null;

        // A batch larger than the rollout is the whole rollout, and needs no more memory.
        minibatch = new Minibatch(policy.ActionSpace.Layout, (int)Math.Min(settings.BatchSize, (long)settings.RolloutSteps * slots));
        clip = (float)settings.ClipRange.Initial;
    }

    /// <inheritdoc/>
    public Policy Policy { get; }

    /// <inheritdoc/>
    public void Update(RolloutBuffer rollout, double remaining, TrainingProgress metrics)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(metrics);
        optimizer.LearningRate = settings.LearningRate.At(remaining);
        clip = (float)settings.ClipRange.At(remaining);
        rewardNormalizer?.Apply(rollout);
        rollout.EstimateAdvantages(settings.Gamma, settings.GaeLambda);

        (policyLoss, valueLoss, entropyLoss, totalLoss, divergence, clipped, gradientNorm, minibatches, steps) = (0, 0, 0, 0, 0, 0, 0, 0, 0);
        using (NumericsThreads.Hot())
        {
            Learn(rollout);
        }

        metrics.Set("train/approx_kl", divergence / minibatches);
        metrics.Set("train/clip_fraction", clipped / minibatches);
        metrics.Set("train/clip_range", clip);
        metrics.Set("train/entropy_loss", entropyLoss / minibatches);
        metrics.Set("train/explained_variance", Returns.ExplainedVariance<float>(rollout.Values, rollout.Returns, rollout.Valid));
        metrics.Set("train/grad_norm", steps > 0 ? gradientNorm / steps : 0);
        metrics.Set("train/learning_rate", optimizer.LearningRate);
        metrics.Set("train/loss", totalLoss / minibatches);
        metrics.Set("train/n_updates", optimizer.Steps);
        metrics.Set("train/policy_gradient_loss", policyLoss / minibatches);
        metrics.Set("train/value_loss", valueLoss / minibatches);
        if (Policy.Distribution.Parameters.Count > 0)
        {
            metrics.Set("train/std", Policy.MeanStandardDeviation);
        }

        // Only now, so that all of a rollout, played and learned, saw the same numbers.
        Policy.UpdateNormalizer(rollout.Observations, rollout.Count, rollout.Valid);
    }

    /// <summary>One gradient step on chosen rows of a rollout whose advantages have been estimated.</summary>
    /// <param name="rollout">The rollout.</param>
    /// <param name="rows">Which rows; at most the batch size.</param>
    /// <returns>False if the step was not taken because the policy has moved beyond 1.5 times the target KL divergence.</returns>
    public bool UpdateMinibatch(RolloutBuffer rollout, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        tape.Reset();
        var count = rows.Length;
        minibatch.Gather(rollout, rows);
        var oldLogProbabilities = Column(rollout.LogProbabilities, rows);
        var returns = Column(rollout.Returns, rows);
        var advantage = Advantages(rollout, rows);

        var output = Policy.Forward(tape, rollout.Observations, rows, minibatch.Masks(count));
        var (logProbability, entropy) = Policy.Distribution.Evaluate(output.Action, minibatch.Actions(count));

        var logRatio = logProbability - oldLogProbabilities;
        var ratio = logRatio.Exp();
        var surrogate = Tensor.Minimum(ratio * advantage, ratio.Clamp(1 - clip, 1 + clip) * advantage).Mean();

        // Mean squared error without the paper's ½: the tuned coefficients are meant for this one.
        var values = output.Values;
        if (settings.ValueClipRange > 0)
        {
            var old = Column(rollout.Values, rows);
            values = old + (values - old).Clamp((float)-settings.ValueClipRange, (float)settings.ValueClipRange);
        }

        var error = (values - returns).Square().Mean();
        var bonus = entropy.Mean();
        var loss = ((float)settings.ValueCoefficient * error) - surrogate - ((float)settings.EntropyCoefficient * bonus);

        var moved = Measure(ratio.Values, logRatio.Values);
        minibatches++;
        policyLoss -= surrogate.Item;
        valueLoss += error.Item;
        entropyLoss -= bonus.Item;
        totalLoss += loss.Item;
        if (settings.TargetKl > 0 && moved > 1.5 * settings.TargetKl)
        {
            return false;
        }

        if (!float.IsFinite(loss.Item))
        {
            throw NotFiniteLoss.Explain(
                loss.Item, optimizer.Steps + 1, Policy, rollout, rows,
                ("log_probability", logProbability.Values.ToArray()), ("ratio", ratio.Values.ToArray()), ("value", output.Values.Values.ToArray()), ("entropy", entropy.Values.ToArray()));
        }

        gradientNorm += optimizer.Step(loss, settings.MaximumGradientNorm);
        steps++;
        return true;
    }

    /// <inheritdoc/>
    public void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Exchange("optimizer", optimizer);
        state.Exchange("minibatches", random);
        rewardNormalizer?.Exchange(state.Part("rewards"));
    }

    /// <inheritdoc/>
    public void Dispose() => tape.Dispose();

    private void Learn(RolloutBuffer rollout)
    {
        var rows = ValidRows(rollout);
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            random.Permute(rows);

            // The last minibatch may be short.
            for (var start = 0; start < rows.Length; start += settings.BatchSize)
            {
                if (!UpdateMinibatch(rollout, rows.Slice(start, Math.Min(settings.BatchSize, rows.Length - start))))
                {
                    return;
                }
            }
        }
    }

    private Span<int> ValidRows(RolloutBuffer rollout)
    {
        if (order.Length < rollout.Count)
        {
            order = new int[rollout.Count];
        }

        var count = 0;
        for (var i = 0; i < rollout.Count; i++)
        {
            if (rollout.Valid[i] != 0)
            {
                order[count++] = i;
            }
        }

        return order.AsSpan(0, count);
    }

    // Normalised over the minibatch with the unbiased deviation; one row alone has none and is left as it is.
    private Tensor Advantages(RolloutBuffer rollout, ReadOnlySpan<int> rows)
    {
        if (advantages.Length < rows.Length)
        {
            advantages = new float[rows.Length];
        }

        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < rows.Length; i++)
        {
            advantages[i] = rollout.Advantages[rows[i]];
            sum += advantages[i];
        }

        if (settings.NormalizeAdvantages && rows.Length > 1)
        {
            var mean = sum / rows.Length;
            for (var i = 0; i < rows.Length; i++)
            {
                squares += (advantages[i] - mean) * (advantages[i] - mean);
            }

            var scale = 1 / (Math.Sqrt(squares / (rows.Length - 1)) + 1e-8);
            for (var i = 0; i < rows.Length; i++)
            {
                advantages[i] = (float)((advantages[i] - mean) * scale);
            }
        }

        return tape.Input(advantages.AsSpan(0, rows.Length), rows.Length);
    }

    private Tensor Column(float[] column, ReadOnlySpan<int> rows)
    {
        var tensor = tape.Input(rows.Length, out var values);
        for (var i = 0; i < rows.Length; i++)
        {
            values[i] = column[rows[i]];
        }

        return tensor;
    }

    // The k3 estimate of KL(old ‖ new), (r − 1) − log r, which is never negative (Schulman 2020), and the share of ratios that were clipped.
    private double Measure(ReadOnlySpan<float> ratios, ReadOnlySpan<float> logRatios)
    {
        var (sum, outside) = (0.0, 0);
        for (var i = 0; i < ratios.Length; i++)
        {
            sum += ratios[i] - 1 - logRatios[i];
            outside += Math.Abs(ratios[i] - 1) > clip ? 1 : 0;
        }

        divergence += sum / ratios.Length;
        clipped += (double)outside / ratios.Length;
        return sum / ratios.Length;
    }
}
