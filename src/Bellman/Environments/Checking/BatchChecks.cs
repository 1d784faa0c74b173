using System.Globalization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>The batch form against single ones: the same ends, and every step within 1e-12.</summary>
internal static class BatchChecks
{
    private const int Copies = 5;
    private const double RewardTolerance = 1e-12;

    // Observations are single precision: half a unit in the last place may turn over.
    private const float ObservationTolerance = 1e-6f;

    private const string Mend = "Compute in double precision, in the single form's order of operations, and draw from each copy's stream as the single form does.";

    public static void Run(EnvironmentSpec spec, IReadOnlyDictionary<string, string>? options, EnvironmentCheckSettings settings, FindingList findings)
    {
        var given = new EnvironmentOptions(options);
        var limit = given.Integer("maxEpisodeSteps", spec.MaxEpisodeSteps ?? 0);
        if (spec.BatchFactory?.Invoke(given, Copies, settings.Seed, limit) is not { } form)
        {
            return;
        }

        using var batch = new BatchGroup(spec, form, settings.Seed);
        var singles = Enumerable.Range(0, Copies).Select(_ => EnvironmentRegistry.MakeUnlimited(spec, options).Environment).ToArray();
        try
        {
            if (batch.MaskLength != (singles[0].As<IActionMask>()?.MaskLength ?? 0))
            {
                findings.Error("batch-form", "The batch form has the single form's action masks.", $"Its MaskLength is {batch.MaskLength}.", "Give both the same masks, or withdraw the batch form.");
                return;
            }

            if (!batch.ObservationSpace.Equals(singles[0].ObservationSpace) || !batch.ActionSpace.Equals(singles[0].ActionSpace))
            {
                findings.Error("batch-form", "The batch form has the single form's spaces.", $"It has observations {batch.ObservationSpace} and actions {batch.ActionSpace}.", "Take the spaces from the single form.");
                return;
            }

            new Comparison(batch, form, singles, limit, settings, findings).Run();
        }
        finally
        {
            foreach (var single in singles)
            {
                single.Dispose();
            }
        }
    }

    private sealed class Comparison(BatchGroup batch, IBatchEnvironment form, IEnvironment[] singles, int limit, EnvironmentCheckSettings settings, FindingList findings)
    {
        private readonly Rows actions = new(batch.ActionSpace.Layout, Copies), observation = new(batch.ObservationSpace.Layout, 1);
        private readonly VectorStep step = new(batch);
        private readonly Space[] leaves = RandomActions.Leaves(batch.ActionSpace);
        private readonly int masks = batch.MaskLength;
        private readonly byte[] mask = new byte[batch.MaskLength];
        private readonly int[] elapsed = new int[Copies];
        private int steps;

        public void Run()
        {
            var streams = Enumerable.Range(0, Copies).Select(i => new RandomStream(settings.Seed + (ulong)i)).ToArray();
            var choices = new RandomStream(settings.Seed);
            batch.Reset(step);
            for (var i = 0; i < Copies; i++)
            {
                singles[i].Reset(streams[i], observation.Writer(0));
                CompareObservation(step.Observations, i, "the first observation");
            }

            for (steps = 1; steps <= settings.Steps && !findings.Has("batch-form"); steps++)
            {
                var before = States();
                for (var i = 0; i < Copies; i++)
                {
                    RandomActions.Sample(leaves, choices, actions.Writer(i), step.ActionMasks.AsSpan(i * masks, masks), corners: steps % 16 == 0);
                }

                batch.Step(actions, step);
                for (var i = 0; i < Copies; i++)
                {
                    Load(singles[i], before[i]);
                    Compare(i, streams[i]);
                }
            }
        }

        // Each step begins from the batch form's own state, so that a step's error does not grow over an episode.
        private byte[][] States() =>
        [
            .. Enumerable.Range(0, Copies).Select(i =>
            {
                using var memory = new MemoryStream();
                using var writer = new BinaryWriter(memory);
                form.SaveState(i, writer);
                return memory.ToArray();
            }),
        ];

        private static void Load(IEnvironment single, byte[] state)
        {
            using var reader = new BinaryReader(new MemoryStream(state));
            single.As<IStateful>()?.LoadState(reader);
        }

        private void Compare(int i, RandomStream stream)
        {
            var result = singles[i].Step(actions.Reader(i), observation.Writer(0));
            var cut = !result.Terminated && (result.Truncated || ++elapsed[i] == limit);
            if (result.Terminated != (step.Terminated[i] != 0) || cut != (step.Truncated[i] != 0))
            {
                Report(i, "the same ends", $"the single form {Ends(result.Terminated, cut)}, the batch form {Ends(step.Terminated[i] != 0, step.Truncated[i] != 0)}");
                return;
            }

            if (!(Math.Abs(result.Reward - step.Rewards[i]) <= RewardTolerance * Math.Max(1, Math.Abs(result.Reward))))
            {
                Report(i, "rewards within 1e-12", string.Create(CultureInfo.InvariantCulture, $"the rewards were {result.Reward:R} and {step.Rewards[i]:R}"));
            }

            if (result.Terminated || cut)
            {
                CompareObservation(step.FinalObservations, i, "the final observation");
                elapsed[i] = 0;
                singles[i].Reset(stream, observation.Writer(0));
                CompareObservation(step.Observations, i, "the next episode's first observation");
            }
            else
            {
                CompareObservation(step.Observations, i, "the observation");
            }

            singles[i].As<IActionMask>()?.WriteMask(mask);
            if (!mask.AsSpan().SequenceEqual(step.ActionMasks.AsSpan(i * masks, masks)))
            {
                Report(i, "the same action masks", $"the single form allows {string.Join("", mask)}, the batch form {string.Join("", step.ActionMasks[(i * masks)..((i + 1) * masks)])}");
            }
        }

        private void CompareObservation(Rows rows, int i, string what)
        {
            for (var leaf = 0; leaf < rows.Layout.Leaves.Count; leaf++)
            {
                var layout = rows.Layout.Leaves[leaf];
                if (layout.Type != ElementType.Float32)
                {
                    if (!observation.Raw(leaf, 0).SequenceEqual(rows.Raw(leaf, i)))
                    {
                        Report(i, $"{what} equal", $"'{layout.Name}' differs");
                    }

                    continue;
                }

                for (var element = 0; element < layout.Length; element++)
                {
                    var (expected, actual) = (observation.Floats(leaf)[element], rows.Floats(leaf)[(i * layout.Length) + element]);
                    if (!(Math.Abs(expected - actual) <= ObservationTolerance * Math.Max(1, Math.Abs(expected))))
                    {
                        Report(i, $"{what} within 1e-12 before it is rounded", string.Create(CultureInfo.InvariantCulture, $"{PlayFrame.Element(layout, element)} was {expected:R} and {actual:R}"));
                        return;
                    }
                }
            }
        }

        private static string Ends(bool terminated, bool truncated) => terminated ? "terminated" : truncated ? "was truncated" : "went on";

        private void Report(int copy, string expected, string found) =>
            findings.Error("batch-form", $"The batch form equals the single form: {expected}.", $"Copy {copy}, step {steps}: {found}.", Mend);
    }
}
