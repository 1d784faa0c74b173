using System.Globalization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>Returns of whole episodes.</summary>
/// <param name="Episodes">How many.</param>
/// <param name="Mean">Their mean, undiscounted and unscaled.</param>
/// <param name="StandardDeviation">Their population standard deviation.</param>
/// <param name="Minimum">The least.</param>
/// <param name="Maximum">The greatest.</param>
public readonly record struct EvaluationResult(int Episodes, double Mean, double StandardDeviation, double Minimum, double Maximum)
{
    /// <summary>The mean number of steps of an episode; 0 where only returns are known.</summary>
    public double MeanLength { get; init; }

    /// <summary>The share of episodes that ended in success, where the environment has the signal "is_success"; null where it has not.</summary>
    public double? SuccessRate { get; init; }

    /// <summary>How many episodes were broken off, after <see cref="Evaluation.MostSteps"/> steps in an environment that has no limit of its own.</summary>
    public int BrokenOff { get; init; }

    /// <summary>The result of these returns.</summary>
    public static EvaluationResult Of(IReadOnlyList<double> returns)
    {
        ArgumentNullException.ThrowIfNull(returns);
        var mean = returns.Average();
        return new EvaluationResult(returns.Count, mean, Math.Sqrt(returns.Average(value => (value - mean) * (value - mean))), returns.Min(), returns.Max());
    }

    /// <summary>As <c>500.0 ± 0.0</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:0.0} ± {StandardDeviation:0.0}");
}

/// <summary>
/// How good a policy is: the raw returns of whole episodes from fixed seeds. Every episode counts once, however long it is, so that short ones have no advantage;
/// the policy's normaliser stays as it is.
/// </summary>
public static class Evaluation
{
    /// <summary>Episode k is reset from the stream of this seed + k unless another is given: far from any seed that training uses.</summary>
    public const ulong DefaultSeed = 1_000_000_000;

    /// <summary>After so many steps an episode is broken off where the environment has no <see cref="TimeLimit"/>: a policy that goes round in circles would keep it for ever.</summary>
    public const int MostSteps = 100_000;

    private const int Rows = 32;

    /// <summary>Plays episodes.</summary>
    /// <param name="policy">What plays.</param>
    /// <param name="environment">The environment's id.</param>
    /// <param name="episodes">How many episodes.</param>
    /// <param name="seed">Episode k is reset from the stream of seed + k.</param>
    /// <param name="deterministic">Whether the likeliest action is taken instead of one drawn.</param>
    /// <param name="options">The environment's constructor options.</param>
    /// <exception cref="ArgumentException">The environment does not fit the policy.</exception>
    public static EvaluationResult Run(
        Policy policy, string environment, int episodes = 100, ulong seed = DefaultSeed, bool deterministic = true, IReadOnlyDictionary<string, string>? options = null) =>
        Run(policy, () => EnvironmentRegistry.Default.Make(environment, options), episodes, seed, deterministic, EnvironmentRegistry.Default.Get(environment).CopiesAtOnce);

    /// <summary>Plays episodes in environments that the caller makes.</summary>
    public static EvaluationResult Run(Policy policy, Func<IEnvironment> make, int episodes = 100, ulong seed = DefaultSeed, bool deterministic = true) =>
        Run(policy, make, episodes, seed, deterministic, Rows);

    private static EvaluationResult Run(Policy policy, Func<IEnvironment> make, int episodes, ulong seed, bool deterministic, int copies)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(make);
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        using var activity = Telemetry.Activities.StartActivity("evaluate");
        var outcomes = new Outcomes(episodes);
        var environments = Enumerable.Range(0, Math.Min(Math.Min(Rows, copies), episodes)).Select(_ => make()).ToArray();
        try
        {
            RefuseMisfit(policy, environments[0]);
            Play(policy, environments, outcomes, seed, deterministic);
        }
        finally
        {
            foreach (var environment in environments)
            {
                environment.Dispose();
            }
        }

        return EvaluationResult.Of(outcomes.Returns) with
        {
            MeanLength = (double)outcomes.Steps / episodes,
            BrokenOff = outcomes.BrokenOff,
            SuccessRate = outcomes.SignalIndex >= 0 ? (double)outcomes.Successes / episodes : null,
        };
    }

    /// <exception cref="ArgumentException">The environment does not fit the policy.</exception>
    internal static void RefuseMisfit(Policy policy, IEnvironment environment)
    {
        if (!environment.ObservationSpace.Equals(policy.ObservationSpace) || !environment.ActionSpace.Equals(policy.ActionSpace))
        {
            throw new ArgumentException(
                $"The environment has observations {environment.ObservationSpace} and actions {environment.ActionSpace}, but the policy was made for {policy.ObservationSpace} and {policy.ActionSpace}.", nameof(environment));
        }
    }

    // Each row plays one episode after another until all are taken; rows whose work is done are carried along and ignored.
    private static void Play(Policy policy, IEnvironment[] environments, Outcomes outcomes, ulong seed, bool deterministic)
    {
        var returns = outcomes.Returns;
        var signals = environments[0].As<ISignals>()?.SignalNames ?? [];
        outcomes.SignalIndex = SuccessSignal.IndexIn(signals);
        var numbers = new double[signals.Count];
        using var session = policy.CreateSession(seed);
        Rows observations = new(policy.ObservationSpace.Layout, environments.Length), actions = new(policy.ActionSpace.Layout, environments.Length);
        var mask = environments[0].As<IActionMask>()?.MaskLength ?? 0;
        var masks = new byte[environments.Length * mask];
        var (episode, elapsed) = (new int[environments.Length], new int[environments.Length]);
        var most = environments[0].As<TimeLimit>() is null ? MostSteps : int.MaxValue;
        var next = 0;
        for (var row = 0; row < environments.Length; row++)
        {
            Begin(row);
        }

        for (var running = environments.Length; running > 0;)
        {
            session.Act(observations, actions, deterministic, masks);
            for (var row = 0; row < environments.Length; row++)
            {
                if (episode[row] < 0)
                {
                    continue;
                }

                var result = environments[row].Step(actions.Reader(row), observations.Writer(row));
                returns[episode[row]] += result.Reward;
                outcomes.Steps++;
                var ended = result.Terminated || result.Truncated;
                if (ended || ++elapsed[row] >= most)
                {
                    outcomes.Successes += Succeeded(environments[row]) ? 1 : 0;
                    outcomes.BrokenOff += ended ? 0 : 1;
                    Begin(row);
                    running -= episode[row] < 0 ? 1 : 0;
                }
                else
                {
                    environments[row].As<IActionMask>()?.WriteMask(masks.AsSpan(row * mask, mask));
                }
            }
        }

        bool Succeeded(IEnvironment environment)
        {
            if (outcomes.SignalIndex < 0)
            {
                return false;
            }

            environment.As<ISignals>()!.ReadSignals(numbers);
            return numbers[outcomes.SignalIndex] > 0;
        }

        void Begin(int row)
        {
            elapsed[row] = 0;
            episode[row] = next < returns.Length ? next++ : -1;
            if (episode[row] >= 0)
            {
                environments[row].Reset(new RandomStream(seed + (ulong)episode[row]), observations.Writer(row));
                environments[row].As<IActionMask>()?.WriteMask(masks.AsSpan(row * mask, mask));
            }
        }
    }

    private sealed class Outcomes(int episodes)
    {
        public double[] Returns { get; } = new double[episodes];

        public long Steps { get; set; }

        public int Successes { get; set; }

        public int BrokenOff { get; set; }

        public int SignalIndex { get; set; } = -1;
    }
}
