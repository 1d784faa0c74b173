namespace Bellman;

/// <summary>Plays any finite model, and from any of its states if asked to: Monte Carlo with exploring starts needs every state and action to come first now and then.</summary>
/// <remarks>Observation: the number of the state. Action: the number of the action; the mask says which the model allows. There is no limit of steps.</remarks>
public sealed class ModelEnvironment : TabularEnvironment, IActionMask
{
    private readonly byte[] allowed;

    /// <summary>An environment that draws from a model.</summary>
    /// <param name="model">The model; it is copied.</param>
    /// <param name="exploringStarts">Whether an episode begins in any state with equal probability, instead of as the model says. States in which every action ends the task for nothing are left out.</param>
    /// <exception cref="ArgumentException">No state is left to begin in.</exception>
    public ModelEnvironment(IFiniteMdp model, bool exploringStarts = false)
        : base(CreateTable(model, exploringStarts))
    {
        allowed = new byte[StateCount * ActionCount];
        for (var pair = 0; pair < allowed.Length; pair++)
        {
            allowed[pair] = (byte)(Table.Transitions(pair / ActionCount, pair % ActionCount).Length > 0 ? 1 : 0);
        }
    }

    /// <inheritdoc/>
    public int MaskLength => ActionCount;

    /// <inheritdoc/>
    public void WriteMask(Span<byte> mask) => allowed.AsSpan(State * ActionCount, ActionCount).CopyTo(mask);

    private static TransitionTable CreateTable(IFiniteMdp model, bool exploringStarts)
    {
        ArgumentNullException.ThrowIfNull(model);
        var initial = model.InitialDistribution.ToArray();
        if (exploringStarts)
        {
            var starts = Enumerable.Range(0, model.StateCount).Where(state => !IsEnd(model, state)).ToArray();
            if (starts.Length == 0)
            {
                throw new ArgumentException("Every state of the model ends the task for nothing; there is none to begin in.", nameof(model));
            }

            initial.AsSpan().Clear();
            Array.ForEach(starts, state => initial[state] = 1.0 / starts.Length);
        }

        return new TransitionTable(model.ActionCount, initial, (state, action) => model.Transitions(state, action).ToArray());
    }

    private static bool IsEnd(IFiniteMdp model, int state)
    {
        for (var action = 0; action < model.ActionCount; action++)
        {
            foreach (var outcome in model.Transitions(state, action))
            {
                if (!outcome.Terminated || outcome.Reward != 0)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
