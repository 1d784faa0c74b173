using Bellman.Numerics;

namespace Bellman;

/// <summary>Lets a linear learner play an environment, episode after episode.</summary>
public sealed class LinearPlay
{
    private readonly IEnvironment environment;
    private readonly LinearLearner learner;
    private readonly RandomStream random;
    private readonly IActionMask? mask;
    private readonly byte[] allowed;
    private readonly Rows observation;
    private readonly FeatureRow features;
    private readonly int[] action = new int[1];
    private readonly int actionStart;

    /// <summary>A game.</summary>
    /// <param name="environment">The environment, with finitely many actions.</param>
    /// <param name="learner">What learns, with as many actions and with features of such observations.</param>
    /// <param name="seed">Of the environment's stream, which goes on over its episodes.</param>
    /// <exception cref="ArgumentException">The learner has another number of actions than the environment.</exception>
    public LinearPlay(IEnvironment environment, LinearLearner learner, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(learner);
        if (environment.ActionSpace is not DiscreteSpace actions || actions.Count != learner.Values.ActionCount)
        {
            throw new ArgumentException($"The learner has {learner.Values.ActionCount} actions, but the environment {environment.ActionSpace}.", nameof(learner));
        }

        (this.environment, this.learner, random, actionStart) = (environment, learner, new RandomStream(seed), actions.Start);
        mask = environment.As<IActionMask>();
        allowed = new byte[mask is null ? 0 : actions.Count];
        observation = new Rows(environment.ObservationSpace.Layout, 1);
        features = new FeatureRow(learner.Values.Features.ActiveCount);
    }

    /// <summary>Plays one episode to its end and learns from it.</summary>
    /// <param name="maximumSteps">Steps after which it is broken off; 0 for never.</param>
    /// <returns>Its undiscounted return and its length.</returns>
    public (double Return, int Steps) Episode(int maximumSteps = 0)
    {
        environment.Reset(random, observation.Writer(0));
        action[0] = actionStart + learner.Begin(Observe(), Mask());
        var (total, steps, ended) = (0.0, 0, false);
        while (!ended)
        {
            var result = environment.Step(new RowReader(action), observation.Writer(0));
            total += result.Reward;
            steps++;
            var truncated = !result.Terminated && (result.Truncated || steps == maximumSteps);
            ended = result.Terminated || truncated;
            action[0] = actionStart + learner.Step(result.Reward, Observe(), result.Terminated, truncated, Mask());
        }

        return (total, steps);
    }

    private FeatureVector Observe() => features.Compute(learner.Values.Features, observation.Reader(0));

    private ReadOnlySpan<byte> Mask()
    {
        mask?.WriteMask(allowed);
        return allowed;
    }
}
