using Bellman.Numerics;

namespace Bellman;

/// <summary>Settings of <see cref="Ppo"/>. The defaults are those of the paper's continuous-control experiments, as Stable-Baselines3 has them.</summary>
public sealed record PpoSettings
{
    /// <summary>How many environments play side by side.</summary>
    public int Environments { get; init; } = 1;

    /// <summary>How many environment steps to train for.</summary>
    public long Steps { get; init; } = 1_000_000;

    /// <summary>The seed of weights, draws and minibatches; by default the environments'.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Step size of Adam. Larger learns faster until the policy collapses.</summary>
    public Schedule LearningRate { get; init; } = 3e-4;

    /// <summary>Steps of each environment between updates. More make a steadier gradient from older data.</summary>
    public int RolloutSteps { get; init; } = 2048;

    /// <summary>Rows in a minibatch; a batch larger than the rollout is the whole rollout.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>How often each rollout is gone through.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>The discount γ: how much a reward counts for each step that it is away.</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>λ of the advantages: 0 trusts the value function, 1 the returns.</summary>
    public double GaeLambda { get; init; } = 0.95;

    /// <summary>How far, as a ratio, one update may move an action's probability before the gradient is cut. [0.1, 0.3] is usual.</summary>
    public Schedule ClipRange { get; init; } = 0.2;

    /// <summary>How far one update may move a value before its gradient is cut; 0 for no limit. Depends on the rewards' scale.</summary>
    public double ValueClipRange { get; init; }

    /// <summary>Whether advantages are brought to mean 0 and deviation 1 in each minibatch.</summary>
    public bool NormalizeAdvantages { get; init; } = true;

    /// <summary>Weight of the entropy in the loss: keeps the policy from settling too early.</summary>
    public double EntropyCoefficient { get; init; }

    /// <summary>Weight of the value's mean squared error in the loss.</summary>
    public double ValueCoefficient { get; init; } = 0.5;

    /// <summary>The largest norm of the gradient; 0 for no limit.</summary>
    public double MaximumGradientNorm { get; init; } = 0.5;

    /// <summary>Ends an update once the policy has moved by 1.5 times this KL divergence; 0 for no limit.</summary>
    public double TargetKl { get; init; }

    /// <summary>Widths of the hidden layers.</summary>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64, 64];

    /// <summary>The function after each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>Whether policy and value share their hidden layers.</summary>
    public bool SharedNetwork { get; init; }

    /// <summary>Whether weights start orthogonal; otherwise uniform by fan-in.</summary>
    public bool OrthogonalInitialization { get; init; } = true;

    /// <summary>Where the log standard deviation of continuous actions starts.</summary>
    public double LogStandardDeviation { get; init; }

    /// <summary>Whether the noise of continuous actions depends on the state (gSDE), which explores smoothly.</summary>
    public bool StateDependentExploration { get; init; }

    /// <summary>After how many steps gSDE draws its noise anew; 0 for once a rollout.</summary>
    public int NoiseInterval { get; init; }

    /// <summary>Whether observations are brought to mean 0 and variance 1 as they are seen.</summary>
    public bool NormalizeObservations { get; init; }

    /// <summary>Whether rewards are scaled by the deviation of their discounted sums.</summary>
    public bool NormalizeRewards { get; init; }

    /// <summary>The tuned settings of an environment, or the defaults where there are none.</summary>
    /// <param name="environmentId">The environment's id.</param>
    public static PpoSettings For(string environmentId) => TunedSettings.For("ppo", environmentId, new PpoSettings(), SettingsJson.Default.PpoSettings).Settings;

    /// <inheritdoc/>
    public bool Equals(PpoSettings? other) =>
        other is not null && SettingsOverlay.ToJson(this, SettingsJson.Default.PpoSettings).ToJsonString() == SettingsOverlay.ToJson(other, SettingsJson.Default.PpoSettings).ToJsonString();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Environments, RolloutSteps, BatchSize, Epochs, Seed, LearningRate);

    /// <summary>Refuses what cannot work.</summary>
    /// <exception cref="ArgumentException">A setting is impossible; the message names it.</exception>
    internal void Validate()
    {
        Check(Environments >= 1, nameof(Environments), Environments, "at least 1");
        Check(Steps >= 1, nameof(Steps), Steps, "at least 1");
        Check(RolloutSteps >= 1, nameof(RolloutSteps), RolloutSteps, "at least 1");
        Check(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        Check(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Check(Gamma is >= 0 and <= 1, nameof(Gamma), Gamma, "in [0, 1]");
        Check(GaeLambda is >= 0 and <= 1, nameof(GaeLambda), GaeLambda, "in [0, 1]");
        Check(ClipRange is { Initial: > 0, Final: >= 0 }, nameof(ClipRange), ClipRange, "positive");
        Check(LearningRate is { Initial: > 0, Final: >= 0 }, nameof(LearningRate), LearningRate, "positive");
        Check(HiddenSizes.Count > 0 && HiddenSizes.All(size => size > 0), nameof(HiddenSizes), string.Join(",", HiddenSizes), "at least one positive width");
        Check(MaximumGradientNorm >= 0 && ValueClipRange >= 0 && TargetKl >= 0 && NoiseInterval >= 0, "a limit", "negative", "0 (for none) or positive");

        static void Check(bool holds, string name, object value, string expected)
        {
            if (!holds)
            {
                throw new ArgumentException($"The setting {name} is {value}; it must be {expected}.");
            }
        }
    }
}
