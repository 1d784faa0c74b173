using Bellman.Numerics;

namespace Bellman;

/// <summary>Lets a tabular learner play an environment, episode after episode.</summary>
public sealed class TabularPlay
{
    private readonly IEnvironment environment;
    private readonly TabularLearner learner;
    private readonly RandomStream random;
    private readonly StateIndex states;
    private readonly IActionMask? mask;
    private readonly byte[] allowed;
    private readonly Rows observation;
    private readonly Rows action;
    private readonly int actionStart;

    /// <summary>A game.</summary>
    /// <param name="environment">The environment, with finitely many observations and actions.</param>
    /// <param name="learner">What learns, with as many states and actions.</param>
    /// <param name="seed">Of the environment's stream, which goes on over its episodes.</param>
    /// <exception cref="ArgumentException">The learner's table has another size than the environment needs.</exception>
    public TabularPlay(IEnvironment environment, TabularLearner learner, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(learner);
        states = new StateIndex(environment.ObservationSpace);
        if (environment.ActionSpace is not DiscreteSpace actions || actions.Count != learner.Table.ActionCount || states.Count != learner.Table.StateCount)
        {
            throw new ArgumentException($"The environment has {environment.ObservationSpace} and {environment.ActionSpace}, but the table {learner.Table.StateCount} states and {learner.Table.ActionCount} actions.", nameof(learner));
        }

        (this.environment, this.learner, random, actionStart) = (environment, learner, new RandomStream(seed), actions.Start);
        mask = environment.As<IActionMask>();
        allowed = new byte[mask is null ? 0 : actions.Count];
        observation = new Rows(environment.ObservationSpace.Layout, 1);
        action = new Rows(environment.ActionSpace.Layout, 1);
    }

    /// <summary>Plays one episode to its end and learns from it.</summary>
    /// <param name="maximumSteps">Steps after which it is broken off; 0 for never.</param>
    /// <returns>Its undiscounted return and its length.</returns>
    public (double Return, int Steps) Episode(int maximumSteps = 0)
    {
        environment.Reset(random, observation.Writer(0));
        action.Integers()[0] = actionStart + learner.Begin(states.Of(observation.Reader(0)), Mask());
        var (total, steps, ended) = (0.0, 0, false);
        while (!ended)
        {
            var result = environment.Step(action.Reader(0), observation.Writer(0));
            total += result.Reward;
            steps++;
            var truncated = !result.Terminated && (result.Truncated || steps == maximumSteps);
            ended = result.Terminated || truncated;
            action.Integers()[0] = actionStart + learner.Step(result.Reward, states.Of(observation.Reader(0)), result.Terminated, truncated, Mask());
        }

        return (total, steps);
    }

    private ReadOnlySpan<byte> Mask()
    {
        mask?.WriteMask(allowed);
        return allowed;
    }
}
