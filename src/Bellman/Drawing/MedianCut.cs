namespace Bellman;

/// <summary>Finds a few colours that stand for many (Heckbert 1982): the box of colours whose longest side counts most is cut at its median until there are enough boxes.</summary>
internal static class MedianCut
{
    /// <summary>Gives every colour, as 0xRRGGBB, its place in a palette.</summary>
    /// <param name="counts">How often each colour occurs.</param>
    /// <param name="size">The most colours of the palette.</param>
    /// <param name="places">Receives the place of each colour.</param>
    /// <returns>The palette.</returns>
    public static int[] Reduce(IReadOnlyDictionary<int, long> counts, int size, IDictionary<int, byte> places)
    {
        // In order of the colours, so that the same pictures have the same palette.
        var colors = counts.OrderBy(pair => pair.Key).Select(pair => (Color: pair.Key, Count: pair.Value)).ToArray();
        var boxes = new List<Box> { new(colors) };
        while (boxes.Count < size && boxes.MaxBy(box => box.Weight) is { Weight: > 0 } widest)
        {
            boxes.Remove(widest);
            boxes.AddRange(widest.Cut());
        }

        var palette = new int[boxes.Count];
        for (var i = 0; i < palette.Length; i++)
        {
            palette[i] = boxes[i].Mean;
            foreach (var (color, _) in boxes[i].Colors.Span)
            {
                places[color] = (byte)i;
            }
        }

        return palette;
    }

    private static int Channel(int color, int shift) => (color >> shift) & 0xFF;

    private sealed class Box
    {
        private readonly int longest;

        public Box(Memory<(int Color, long Count)> colors)
        {
            Colors = colors;
            long side = -1, total = 0;
            foreach (var (_, count) in colors.Span)
            {
                total += count;
            }

            foreach (var shift in (ReadOnlySpan<int>)[8, 16, 0])
            {
                var (least, most) = (255, 0);
                foreach (var (color, _) in colors.Span)
                {
                    (least, most) = (Math.Min(least, Channel(color, shift)), Math.Max(most, Channel(color, shift)));
                }

                if (most - least > side)
                {
                    (longest, side) = (shift, most - least);
                }
            }

            // The root keeps large plain areas from taking the whole palette.
            Weight = colors.Length > 1 ? side * side * Math.Sqrt(total) : 0;
        }

        public Memory<(int Color, long Count)> Colors { get; }

        public double Weight { get; }

        public int Mean => (Average(16) << 16) | (Average(8) << 8) | Average(0);

        public Box[] Cut()
        {
            var shift = longest;
            Colors.Span.Sort((one, other) => Channel(one.Color, shift) != Channel(other.Color, shift) ? Channel(one.Color, shift) - Channel(other.Color, shift) : one.Color - other.Color);
            long total = 0, passed = 0;
            foreach (var (_, count) in Colors.Span)
            {
                total += count;
            }

            var middle = 0;
            while (middle < Colors.Length - 1 && (middle == 0 || 2 * (passed + Colors.Span[middle].Count) <= total))
            {
                passed += Colors.Span[middle++].Count;
            }

            return [new Box(Colors[..middle]), new Box(Colors[middle..])];
        }

        private int Average(int shift)
        {
            long sum = 0, total = 0;
            foreach (var (color, count) in Colors.Span)
            {
                (sum, total) = (sum + (Channel(color, shift) * count), total + count);
            }

            return (int)((sum + (total / 2)) / total);
        }
    }
}
