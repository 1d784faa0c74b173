using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// A policy at work: it acts without allocating. Sessions of one policy may run on several threads at once; each session belongs to one thread at a time.
/// Continuous actions come out clipped to the action space's bounds.
/// </summary>
public sealed class PolicySession : IDisposable
{
    private readonly Policy policy;
    private readonly Tape tape = new(recording: false);
    private readonly SplittableRandom random;
    private Rows actions;
    private Rows? inputs;
    private float[] noise = [];

    internal PolicySession(Policy policy, ulong seed)
    {
        this.policy = policy;
        random = new SplittableRandom(seed).Split("actions");
        actions = new Rows(policy.ActionSpace.Layout, 1);
    }

    /// <summary>Acts on rows of floats with a discrete action each.</summary>
    /// <param name="observations"><c>[rows, width]</c>.</param>
    /// <param name="into">Receives the actions, <c>[rows, choices]</c>.</param>
    /// <param name="deterministic">Whether to take the likeliest action instead of drawing one.</param>
    /// <exception cref="ArgumentException">The policy sees or does something else.</exception>
    public void Act(ReadOnlySpan<float> observations, Span<int> into, bool deterministic = false)
    {
        Act(Begin(observations), deterministic);
        Finish(policy.ActionSpace is DiscreteSpace or MultiDiscreteSpace, actions.Integers(), into);
    }

    /// <summary>Acts on rows of floats with a continuous action each.</summary>
    /// <param name="observations"><c>[rows, width]</c>.</param>
    /// <param name="into">Receives the actions, <c>[rows, length]</c>.</param>
    /// <param name="deterministic">Whether to take the mean instead of drawing.</param>
    /// <exception cref="ArgumentException">The policy sees or does something else.</exception>
    public void Act(ReadOnlySpan<float> observations, Span<float> into, bool deterministic = false)
    {
        Act(Begin(observations), deterministic);
        ActionClipping.Apply(policy.ActionSpace, actions);
        Finish(policy.ActionSpace is BoxSpace, actions.Floats(), into);
    }

    /// <summary>Acts on observations of any space.</summary>
    /// <param name="observations">The observations; as many as <paramref name="into"/> has rows.</param>
    /// <param name="into">Receives the actions.</param>
    /// <param name="deterministic">Whether to take the likeliest actions instead of drawing.</param>
    /// <param name="masks">1 for each allowed action, <c>[rows, maskLength]</c>; empty if all are.</param>
    public void Act(Rows observations, Rows into, bool deterministic = false, ReadOnlySpan<byte> masks = default)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(into);
        tape.Reset();
        var input = policy.ForwardPolicy(tape, observations, into.Count, masks);
        if (deterministic)
        {
            policy.Distribution.Mode(input, into);
        }
        else
        {
            policy.Distribution.Sample(input, Noise(into.Count), random, into);
        }

        ActionClipping.Apply(policy.ActionSpace, into);
    }

    /// <inheritdoc/>
    public void Dispose() => tape.Dispose();

    private DistributionInput Begin(ReadOnlySpan<float> observations)
    {
        tape.Reset();
        var input = policy.ForwardPolicy(tape, observations, ref inputs);
        var rows = input.Parameters.Shape[0];
        if (actions.Count != rows)
        {
            actions = new Rows(policy.ActionSpace.Layout, rows);
        }

        return input;
    }

    private void Act(in DistributionInput input, bool deterministic)
    {
        if (deterministic)
        {
            policy.Distribution.Mode(input, actions);
        }
        else
        {
            policy.Distribution.Sample(input, Noise(actions.Count), random, actions);
        }
    }

    private void Finish<T>(bool fits, Span<T> values, Span<T> into)
    {
        if (!fits || into.Length != values.Length)
        {
            throw new ArgumentException($"The policy's actions are {policy.ActionSpace}, {actions.Count} rows of them; {into.Length} elements of {typeof(T).Name} do not hold them.", nameof(into));
        }

        values.CopyTo(into);
    }

    // A session has no episodes to tell apart, so exploration noise is drawn anew for every action.
    private ReadOnlySpan<float> Noise(int rows)
    {
        var length = policy.Distribution.NoiseLength;
        if (noise.Length < rows * length)
        {
            noise = new float[rows * length];
        }

        for (var row = 0; row < rows && length > 0; row++)
        {
            policy.Distribution.ResampleNoise(random, noise.AsSpan(row * length, length));
        }

        return noise;
    }
}

/// <summary>Brings continuous actions into their space's bounds, for environments; learners keep the unclipped ones.</summary>
internal static class ActionClipping
{
    public static void Apply(Space space, Rows actions)
    {
        var leaf = 0;
        Apply(space, actions, ref leaf);
    }

    private static void Apply(Space space, Rows actions, ref int leaf)
    {
        switch (space)
        {
            case CompositeSpace composite:
                // By index: an enumerator would be garbage in every step.
                for (var i = 0; i < composite.Parts.Count; i++)
                {
                    Apply(composite.Parts[i].Space, actions, ref leaf);
                }

                return;
            case BoxSpace { Type: ElementType.Float32 } box:
                var values = actions.Floats(leaf);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = Math.Clamp(values[i], box.Low[i % box.Length], box.High[i % box.Length]);
                }

                break;
        }

        leaf++;
    }
}
