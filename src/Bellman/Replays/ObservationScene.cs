namespace Bellman;

/// <summary>A picture of what an agent sees, for environments that do not draw themselves: images as they are, numbers as bars around a middle line.</summary>
internal static class ObservationScene
{
    private const int MostBars = 64;

    public static void Draw(Scene scene, Space space, Rows observation)
    {
        scene.SetWindow(0, 0, 1.6, 1);
        var bars = new List<double>();
        for (var i = 0; i < space.Layout.Leaves.Count; i++)
        {
            var leaf = space.Layout.Leaves[i];
            if (leaf is { Type: ElementType.Byte, Shape: [var height, var width, ..] } && leaf.Shape.Count <= 3)
            {
                DrawImage(scene, observation.Bytes(i), height, width, leaf.Length / (height * width));
                return;
            }

            for (var j = 0; j < leaf.Length && bars.Count < MostBars; j++)
            {
                bars.Add(leaf.Type switch
                {
                    ElementType.Float32 => observation.Floats(i)[j],
                    ElementType.Int32 => observation.Integers(i)[j],
                    _ => observation.Bytes(i)[j],
                });
            }
        }

        scene.Line(SceneColors.Gray, 0.004, new ScenePoint(0.05, 0.5), new ScenePoint(1.55, 0.5));
        var step = 1.5 / bars.Count;
        for (var i = 0; i < bars.Count; i++)
        {
            // Bounds may be infinite, so large values are squeezed.
            var length = 0.42 * bars[i] / (1 + Math.Abs(bars[i]));
            scene.Rectangle(bars[i] < 0 ? SceneColors.Red : SceneColors.Blue, 0.05 + (step * (i + 0.15)), Math.Min(0.5, 0.5 + length), 0.05 + (step * (i + 0.85)), Math.Max(0.5, 0.5 + length));
        }
    }

    // Of stacked frames the last channel is the newest.
    private static void DrawImage(Scene scene, ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        scene.SetWindow(0, 0, width, height);
        if (channels is 1 or 3)
        {
            scene.Image(0, 0, width, height, height, width, pixels);
            return;
        }

        var newest = new byte[height * width];
        for (var i = 0; i < newest.Length; i++)
        {
            newest[i] = pixels[(i * channels) + channels - 1];
        }

        scene.Image(0, 0, width, height, height, width, newest);
    }
}
