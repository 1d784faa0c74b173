using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>A box of rock: two of its corners, in m.</summary>
internal readonly record struct TerrainBox(double Left, double Right, double Bottom, double Top);

/// <summary>The ground that the walker walks on: hills of grass and, in hardcore, stumps, stairs and pits between them. Drawn in Gymnasium's order.</summary>
internal sealed class WalkerTerrain
{
    public const int Length = 200;
    public const int StartPad = 20;

    /// <summary>The last stretch, where the walk ends.</summary>
    public const int EndPad = 10;
    public const double Scale = 30;
    public const double Step = 14 / Scale;
    public const double StartHeight = 400 / Scale / 4;

    // A pit has two, needs six steps with the grass before it at the very least, and comes after the start pad.
    public const int MostBoxes = 2 * (Length - StartPad) / 6;

    private readonly TerrainBox[] boxes = new TerrainBox[MostBoxes];
    private int boxCount;

    private enum Ground
    {
        Grass,
        Stump,
        Stairs,
        Pit,
    }

    /// <summary>Heights at multiples of <see cref="Step"/>.</summary>
    public double[] Heights { get; } = new double[Length];

    public ReadOnlySpan<TerrainBox> Boxes => boxes.AsSpan(0, boxCount);

    /// <summary>Draws new ground.</summary>
    public void Draw(RandomStream random, bool hardcore)
    {
        var (ground, isNew) = (Ground.Grass, false);
        var (velocity, y, before) = (0.0, StartHeight, 0.0);
        long left = StartPad;
        var stairs = (Count: 0L, Width: 0L, Direction: 0);
        boxCount = 0;
        for (var i = 0; i < Length; i++)
        {
            var x = i * Step;
            switch (ground, isNew)
            {
                case (Ground.Grass, false):
                    velocity = (0.8 * velocity) + (0.01 * Math.Sign(StartHeight - y));
                    if (i > StartPad)
                    {
                        velocity += random.Uniform(-1, 1) / Scale;
                    }

                    y += velocity;
                    break;
                case (Ground.Pit, true):
                    left = random.Integers(3, 5);
                    Add(new(x, x + Step, y - (4 * Step), y));
                    Add(new(x + (Step * left), x + Step + (Step * left), y - (4 * Step), y));
                    left += 2;
                    before = y;
                    break;
                case (Ground.Pit, false):
                    y = left > 1 ? before - (4 * Step) : before;
                    break;
                case (Ground.Stump, true):
                    left = random.Integers(1, 3);
                    Add(new(x, x + (left * Step), y, y + (left * Step)));
                    break;
                case (Ground.Stairs, true):
                    stairs.Direction = random.NextDouble() > 0.5 ? 1 : -1;
                    stairs.Width = random.Integers(4, 5);
                    stairs.Count = random.Integers(3, 5);
                    before = y;
                    for (var s = 0; s < stairs.Count; s++)
                    {
                        Add(new(
                            x + (s * stairs.Width * Step), x + ((1 + s) * stairs.Width * Step),
                            y + ((-1 + (s * stairs.Direction)) * Step), y + (s * stairs.Direction * Step)));
                    }

                    left = stairs.Count * stairs.Width;
                    break;
                case (Ground.Stairs, false):
                    var share = (double)((stairs.Count * stairs.Width) - left - stairs.Direction) / stairs.Width;
                    y = before + (share * stairs.Direction * Step);
                    break;
            }

            isNew = false;
            Heights[i] = y;
            if (--left == 0)
            {
                // Grass follows even on grass, but only counts as new ground: its first step is level.
                left = random.Integers(5, 10);
                ground = ground == Ground.Grass && hardcore ? (Ground)random.Integers(1, 4) : Ground.Grass;
                isNew = true;
            }
        }
    }

    public void Save(BinaryWriter writer)
    {
        foreach (var height in Heights)
        {
            writer.Write(height);
        }

        writer.Write(boxCount);
        foreach (ref readonly var box in Boxes)
        {
            writer.Write(box.Left);
            writer.Write(box.Right);
            writer.Write(box.Bottom);
            writer.Write(box.Top);
        }
    }

    /// <exception cref="InvalidDataException">The ground has more boxes than can be.</exception>
    public void Load(BinaryReader reader)
    {
        foreach (ref var height in Heights.AsSpan())
        {
            height = reader.ReadDouble();
        }

        boxCount = reader.ReadInt32();
        if (boxCount is < 0 or > MostBoxes)
        {
            boxCount = 0;
            throw new InvalidDataException("the state's ground has more stumps, stairs and pits than fit on it");
        }

        foreach (ref var box in boxes.AsSpan(0, boxCount))
        {
            box = new(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        }
    }

    private void Add(TerrainBox box) => boxes[boxCount++] = box;
}
