using System.Runtime.InteropServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>Steps that somebody took, described by features: a data set from which to learn without playing. It holds (s, a, r, s') and whether the task ended; who chose the actions, and why, does not matter.</summary>
public sealed class FeatureSamples
{
    private readonly List<int> indices = [];
    private readonly List<double> values = [];
    private readonly List<(int State, int NextState, int Action, double Reward, bool Terminated)> steps = [];
    private readonly int width;

    /// <summary>An empty data set.</summary>
    /// <param name="features">What describes a state.</param>
    /// <param name="actions">How many actions.</param>
    public FeatureSamples(IFeatures features, int actions)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(actions, 1);
        (Features, ActionCount, width) = (features, actions, features.ActiveCount);
    }

    /// <summary>What describes a state.</summary>
    public IFeatures Features { get; }

    /// <summary>How many actions.</summary>
    public int ActionCount { get; }

    /// <summary>How many steps it holds.</summary>
    public int Count => steps.Count;

    /// <summary>Steps of whole episodes with actions chosen at random.</summary>
    /// <param name="environment">The environment, with finitely many actions.</param>
    /// <param name="features">What describes a state.</param>
    /// <param name="count">How many steps.</param>
    /// <param name="seed">Of the environment's stream and of the actions.</param>
    /// <param name="maximumSteps">Steps after which an episode is broken off; 0 for never.</param>
    /// <exception cref="ArgumentException">The environment has infinitely many actions.</exception>
    public static FeatureSamples Random(IEnvironment environment, IFeatures features, int count, ulong seed, int maximumSteps = 0)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (environment.ActionSpace is not DiscreteSpace actions)
        {
            throw new ArgumentException($"Steps for least squares need finitely many actions, but the environment has {environment.ActionSpace}.", nameof(environment));
        }

        var samples = new FeatureSamples(features, actions.Count);
        var (stream, random, mask) = (new RandomStream(seed), new SplittableRandom(seed), environment.As<IActionMask>());
        var (allowed, observation, action) = (new byte[actions.Count], new Rows(environment.ObservationSpace.Layout, 1), new int[1]);
        var (state, next) = (new FeatureRow(features.ActiveCount), new FeatureRow(features.ActiveCount));
        allowed.AsSpan().Fill(1);
        for (var length = 0; samples.Count < count;)
        {
            if (length == 0)
            {
                environment.Reset(stream, observation.Writer(0));
                state.Compute(features, observation.Reader(0));
            }

            mask?.WriteMask(allowed);
            int choice;
            do
            {
                choice = random.NextInt32(actions.Count);
            }
            while (allowed[choice] == 0);

            action[0] = actions.Start + choice;
            var result = environment.Step(new RowReader(action), observation.Writer(0));
            samples.Add(state.Vector, choice, result.Reward, next.Compute(features, observation.Reader(0)), result.Terminated);
            (state, next) = (next, state);
            length++;
            length = result.Terminated || result.Truncated || length == maximumSteps ? 0 : length;
        }

        return samples;
    }

    /// <summary>Adds a step; the features are copied.</summary>
    /// <param name="state">The features of the state it began in.</param>
    /// <param name="action">The action.</param>
    /// <param name="reward">Its reward.</param>
    /// <param name="nextState">The features of the state it led to.</param>
    /// <param name="terminated">Whether the task ended: then nothing follows.</param>
    /// <exception cref="ArgumentException">There is no such action, or the vectors have not as many entries as the features compute.</exception>
    public void Add(FeatureVector state, int action, double reward, FeatureVector nextState, bool terminated)
    {
        if ((uint)action >= (uint)ActionCount || state.Indices.Length != width || nextState.Indices.Length != width)
        {
            throw new ArgumentException($"A step has one of {ActionCount} actions and {width} entries a state, but was given action {action} and {state.Indices.Length} and {nextState.Indices.Length} entries.", nameof(action));
        }

        // Where steps follow each other, a step begins in what the one before it led to: that is kept once.
        var before = steps.Count == 0 ? -1 : steps[^1].NextState;
        if (before < 0 || !Vector(before).Indices.SequenceEqual(state.Indices) || !Vector(before).Values.SequenceEqual(state.Values))
        {
            before = Keep(state);
        }

        steps.Add((before, Keep(nextState), action, reward, terminated));
    }

    /// <summary>The action, reward and end of a step.</summary>
    public (int Action, double Reward, bool Terminated) Step(int index) => (steps[index].Action, steps[index].Reward, steps[index].Terminated);

    /// <summary>The features of the state that a step began in.</summary>
    public FeatureVector State(int index) => Vector(steps[index].State);

    /// <summary>The features of the state that a step led to.</summary>
    public FeatureVector NextState(int index) => Vector(steps[index].NextState);

    /// <summary>Saves or loads all steps.</summary>
    internal void Exchange(StateArchive state)
    {
        int[] numbers = [.. steps.SelectMany(step => new[] { step.State, step.NextState, step.Action, step.Terminated ? 1 : 0 })];
        double[] rewards = [.. steps.Select(step => step.Reward)];
        int[] places = [.. indices];
        double[] entries = [.. values];
        state.Exchange("steps", ref numbers);
        state.Exchange("rewards", ref rewards);
        state.Exchange("indices", ref places);
        state.Exchange("values", ref entries);
        if (!state.Loading)
        {
            return;
        }

        state.Require(
            numbers.Length == 4 * rewards.Length && places.Length == entries.Length && places.Length % width == 0 && places.All(place => (uint)place < (uint)Features.Count) && entries.All(double.IsFinite),
            $"there are {numbers.Length} numbers of {rewards.Length} steps and {places.Length} entries of their features");
        steps.Clear();
        indices.Clear();
        values.Clear();
        indices.AddRange(places);
        values.AddRange(entries);
        for (var i = 0; i < rewards.Length; i++)
        {
            var (from, to, action) = (numbers[4 * i], numbers[(4 * i) + 1], numbers[(4 * i) + 2]);
            state.Require((uint)Math.Max(from, to) < (uint)(places.Length / width) && Math.Min(from, to) >= 0 && (uint)action < (uint)ActionCount, $"step {i} leads from {from} to {to} by action {action}");
            steps.Add((from, to, action, rewards[i], numbers[(4 * i) + 3] != 0));
        }
    }

    private int Keep(FeatureVector vector)
    {
        indices.AddRange(vector.Indices);
        values.AddRange(vector.Values);
        return (indices.Count / width) - 1;
    }

    private FeatureVector Vector(int place) => new(
        CollectionsMarshal.AsSpan(indices).Slice(place * width, width),
        CollectionsMarshal.AsSpan(values).Slice(place * width, width));
}
