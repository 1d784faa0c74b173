using System.Diagnostics;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Walks with one fault each, under the name of the rule that finds it.</summary>
internal static class BrokenWalks
{
    public static IReadOnlyDictionary<string, (CheckSeverity Severity, Func<IEnvironment> Make, string Found)> All { get; } =
        new Dictionary<string, (CheckSeverity, Func<IEnvironment>, string)>
        {
            ["make"] = (CheckSeverity.Error, () => throw new NotSupportedException("no display"), "no display"),
            ["spaces"] = (CheckSeverity.Error, () => new WithoutSpace(), "null"),
            ["spaces-stable"] = (CheckSeverity.Error, () => new GrowingSpace(), "differ"),
            ["play"] = (CheckSeverity.Error, () => new Throwing(), "Step 3 of an episode threw InvalidOperationException: stuck"),
            ["observation-written"] = (CheckSeverity.Error, () => new HalfWritten(), "element 1 was left as it was"),
            ["observation-in-space"] = (CheckSeverity.Error, () => new Scaled(10), "element 0 is"),
            ["observation-finite"] = (CheckSeverity.Error, () => new Scaled(float.NaN), "element 0 is NaN at a reset"),
            ["observation-changes"] = (CheckSeverity.Warning, () => new Blind(), "All observations were equal"),
            ["reward-finite"] = (CheckSeverity.Error, () => new Rewarding(t => t == 4 ? double.PositiveInfinity : 1), "in step 4"),
            ["return-differs"] = (CheckSeverity.Note, () => new Rewarding(_ => 0), "was 0"),
            ["one-end"] = (CheckSeverity.Error, () => new BothEnds(), "Both were set"),
            ["episode-ends"] = (CheckSeverity.Error, () => new Endless(), "went on and on"),
            ["time-limit-truncates"] = (CheckSeverity.Warning, () => new TerminatingLimit(), "terminated after exactly 12 steps"),
            ["reset-repeats"] = (CheckSeverity.Error, () => new OwnRandomAtReset(), "element 1 of the observation at a reset"),
            ["step-repeats"] = (CheckSeverity.Error, () => new Clock(), "in step"),
            ["reset-forgets"] = (CheckSeverity.Error, () => new Remembering(), "an instance that had played before"),
            ["instances-apart"] = (CheckSeverity.Error, () => new SharedState(), "while another instance played"),
            ["seed-matters"] = (CheckSeverity.Note, () => new Calm(), "Four seeds gave the same"),
            ["stateful"] = (CheckSeverity.Note, () => new ByteImageFixture(), "has none"),
            ["state-goes-on"] = (CheckSeverity.Error, () => new ForgetfulSave(), "step"),
            ["state-length"] = (CheckSeverity.Error, () => new ShortLoad(), "12 bytes were written and 8 read"),
            ["save-changes-nothing"] = (CheckSeverity.Error, () => new DrawingSave(), "After a save"),
            ["step-allocates"] = (CheckSeverity.Warning, () => new Allocating(), "bytes a step"),
            ["mask-length"] = (CheckSeverity.Error, () => new Masked(2, (_, _) => 1), "MaskLength is 2"),
            ["mask-values"] = (CheckSeverity.Error, () => new Masked(3, (_, i) => i == 1 ? (byte)255 : (byte)1), "Entry 1 is 255"),
            ["mask-empty"] = (CheckSeverity.Error, () => new Masked(3, (t, _) => t == 2 ? (byte)0 : (byte)1), "Choice 0 allows none of its 3 values in step 2"),
            ["signal-names"] = (CheckSeverity.Error, () => new Signalling(["cost", "cost"], 0), "'cost', 'cost'"),
            ["signals-finite"] = (CheckSeverity.Error, () => new Signalling(["cost"], double.NaN), "'cost' is NaN"),
            ["action-bounds"] = (CheckSeverity.Warning, () => new UnboundedAction(), "Element 0 of"),
            ["dispose-twice"] = (CheckSeverity.Error, () => new DisposedOnce(), "disposed"),
        };

    private sealed class WithoutSpace : Walk
    {
        public override Space ObservationSpace => null!;
    }

    private sealed class GrowingSpace : Walk
    {
        private float high = 10;

        public override Space ObservationSpace => new BoxSpace(-10, high++, 2);
    }

    private sealed class Throwing : Walk
    {
        public override StepResult Step(RowReader action, RowWriter observation) => Steps == 2 ? throw new InvalidOperationException("stuck") : base.Step(action, observation);
    }

    private sealed class HalfWritten : Walk
    {
        protected override void Observe(RowWriter observation) => observation.Floats[0] = Position;
    }

    private sealed class Scaled(float scale) : Walk
    {
        protected override void Observe(RowWriter observation)
        {
            base.Observe(observation);
            observation.Floats[0] *= scale;
        }
    }

    private sealed class Blind : Walk
    {
        protected override void Observe(RowWriter observation) => observation.Floats.Clear();
    }

    private sealed class Rewarding(Func<int, double> reward) : Walk
    {
        public override StepResult Step(RowReader action, RowWriter observation) => base.Step(action, observation) with { Reward = reward(Steps) };
    }

    private sealed class BothEnds : Walk
    {
        public override StepResult Step(RowReader action, RowWriter observation)
        {
            var result = base.Step(action, observation);
            return result with { Truncated = result.Truncated | result.Terminated };
        }
    }

    private sealed class Endless : Walk
    {
        public override StepResult Step(RowReader action, RowWriter observation)
        {
            var result = base.Step(action, observation);
            Position = Math.Clamp(Position, -5, 5);
            return result with { Terminated = false, Truncated = false };
        }
    }

    private sealed class TerminatingLimit : Walk
    {
        public override StepResult Step(RowReader action, RowWriter observation)
        {
            var result = base.Step(action, observation);
            Position = Math.Clamp(Position, -5, 5);
            return result with { Terminated = Steps == 12, Truncated = false };
        }
    }

    private sealed class OwnRandomAtReset : Walk
    {
        public override void Reset(RandomStream random, RowWriter observation)
        {
            base.Reset(random, observation);
            observation.Floats[1] = System.Random.Shared.NextSingle();
        }
    }

    private sealed class Clock : Walk
    {
        public override StepResult Step(RowReader action, RowWriter observation)
        {
            var result = base.Step(action, observation);
            observation.Floats[1] = Stopwatch.GetTimestamp() % 1000 / 1000f;
            return result;
        }
    }

    private sealed class Remembering : Walk
    {
        private int episodes;

        public override void Reset(RandomStream random, RowWriter observation)
        {
            episodes++;
            base.Reset(random, observation);
            observation.Floats[0] = episodes % 10;
        }
    }

    private sealed class SharedState : Walk
    {
        private static float shared;

        protected override void Observe(RowWriter observation)
        {
            shared = Steps == 0 ? 0 : shared + 0.01f;
            base.Observe(observation);
            observation.Floats[1] = shared;
        }
    }

    private sealed class Calm : Walk
    {
        public override void Reset(RandomStream random, RowWriter observation)
        {
            base.Reset(random, observation);
            observation.Floats[1] = Wind = 0;
        }

        public override StepResult Step(RowReader action, RowWriter observation)
        {
            Position += Direction(action);
            Steps++;
            Observe(observation);
            return new StepResult(Math.Abs(Position), Math.Abs(Position) >= 5, false);
        }
    }

    private sealed class ForgetfulSave : Walk
    {
        public override void SaveState(BinaryWriter writer)
        {
            ArgumentNullException.ThrowIfNull(writer);
            writer.Write(MathF.Round(Position, 2));
            writer.Write(Steps);
        }
    }

    private sealed class ShortLoad : Walk
    {
        public override void SaveState(BinaryWriter writer)
        {
            ArgumentNullException.ThrowIfNull(writer);
            base.SaveState(writer);
            writer.Write(Wind);
        }
    }

    private sealed class DrawingSave : Walk
    {
        public override void SaveState(BinaryWriter writer)
        {
            base.SaveState(writer);
            Random.NextDouble();
        }
    }

    private sealed class Allocating : Walk
    {
        private object kept = "";

        public override StepResult Step(RowReader action, RowWriter observation)
        {
            kept = kept is int[]? new float[4] : new int[4];
            return base.Step(action, observation);
        }
    }

    private sealed class Masked(int length, Func<int, int, byte> value) : Walk, IActionMask
    {
        public int MaskLength => length;

        public void WriteMask(Span<byte> mask)
        {
            for (var i = 0; i < mask.Length; i++)
            {
                mask[i] = value(Steps, i);
            }
        }
    }

    private sealed class Signalling(string[] names, double value) : Walk, ISignals
    {
        public IReadOnlyList<string> SignalNames => names;

        public void ReadSignals(Span<double> values) => values.Fill(value);
    }

    private sealed class UnboundedAction : Walk
    {
        public override Space ActionSpace { get; } = new BoxSpace(float.NegativeInfinity, float.PositiveInfinity, 1);

        protected override float Direction(RowReader action) => Math.Clamp(action.Floats[0], -1, 1);
    }

    private sealed class DisposedOnce : Walk
    {
        private bool disposed;

        protected override void Dispose(bool disposing)
        {
            ObjectDisposedException.ThrowIf(disposed, "once");
            disposed = true;
        }
    }
}
