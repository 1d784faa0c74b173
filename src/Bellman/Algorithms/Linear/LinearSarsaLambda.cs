using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bellman;

/// <summary>SARSA(λ) with a linear function and accumulating or replacing traces (Sutton and Barto, section 12.7): each step teaches the features met before, too, the last ones most.</summary>
/// <remarks>Replacing traces are for features that are 0 or 1, as tiles are.</remarks>
public sealed class LinearSarsaLambda : LinearLearner
{
    private readonly double[] traces;
    private readonly List<int> live = [];

    /// <summary>A learner whose weights are 0.</summary>
    /// <param name="features">What describes a state.</param>
    /// <param name="actions">How many actions.</param>
    /// <param name="settings">How it learns.</param>
    public LinearSarsaLambda(IFeatures features, int actions, LinearSettings settings)
        : base(features, actions, settings) => traces = new double[Values.Weights.Length];

    /// <inheritdoc/>
    public override int Begin(FeatureVector state, ReadOnlySpan<byte> mask = default)
    {
        foreach (var place in live)
        {
            traces[place] = 0;
        }

        live.Clear();
        return base.Begin(state, mask);
    }

    /// <inheritdoc/>
    public override int Step(double reward, FeatureVector nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        var next = terminated ? 0 : Choose(nextState, mask);
        var error = Error(reward, terminated ? 0 : Values[nextState, next]);
        Mark();
        var weights = Values.Weights;
        var (decay, rate) = (Settings.Gamma * Settings.Lambda, LearningRate * error);
        var places = CollectionsMarshal.AsSpan(live);
        var kept = 0;
        foreach (var place in places)
        {
            ref var trace = ref traces[place];
            weights[place] += rate * trace;
            trace *= decay;

            // What counts for nothing any more is let go.
            if (Math.Abs(trace) < 1e-8)
            {
                trace = 0;
            }
            else
            {
                places[kept++] = place;
            }
        }

        live.RemoveRange(kept, live.Count - kept);
        return GoOn(nextState, next);
    }

    /// <inheritdoc/>
    public override void Exchange(StateArchive state)
    {
        base.Exchange(state);
        int[] places = [.. live];
        var values = Array.ConvertAll(places, place => traces[place]);
        state.Exchange("live", ref places);
        state.Exchange("traces", ref values);
        state.Require(places.Length == values.Length && places.All(place => (uint)place < (uint)traces.Length) && places.Distinct().Count() == places.Length && values.All(double.IsFinite), "the traces lead out of the weights");
        if (state.Loading)
        {
            traces.AsSpan().Clear();
            live.Clear();
            live.AddRange(places);
            for (var i = 0; i < places.Length; i++)
            {
                traces[places[i]] = values[i];
            }
        }
    }

    private void Mark()
    {
        var state = State;
        for (var i = 0; i < state.Indices.Length; i++)
        {
            if (state.Values[i] != 0)
            {
                var place = (Action * Values.Features.Count) + state.Indices[i];
                ref var trace = ref traces[place];
                if (trace == 0)
                {
                    live.Add(place);
                }

                trace = Settings.ReplacingTraces ? state.Values[i] : trace + state.Values[i];
            }
        }
    }

    [ModuleInitializer]
    internal static void Register() => LinearAgent.Register(
        "semi-gradient-sarsa-lambda", "Semi-gradient SARSA(λ): each step teaches the features met before in the episode, too, the last ones most.",
        static (features, actions, settings) => new LinearSarsaLambda(features, actions, settings), [.. LinearAgent.StepSizes, nameof(LinearSettings.Lambda), nameof(LinearSettings.ReplacingTraces)]);
}
