using System.Buffers.Binary;
using System.IO.Compression;

namespace Bellman.Tests;

/// <summary>Scenes as pixels: how much of each pixel a shape covers.</summary>
public sealed class RasterDrawingTests
{
    private static readonly SceneColor Ink = SceneColor.Hex(0);

    [Fact]
    public void Rectangles_CoverPixelsByTheirExactArea()
    {
        // In a window of 8 × 8 pixels from (1.25, 2.5) to (5.75, 6), y upwards.
        var covered = Coverage(8, scene => scene.Rectangle(Ink, 1.25, 2.5, 5.75, 6));
        Assert.Equal(4.5 * 3.5, Sum(covered), 0.05);
        Assert.Equal(0.75, covered[2, 1], 0.005);
        Assert.Equal(1, covered[2, 3], 0.005);
        Assert.Equal(0.75, covered[3, 5], 0.005);
        Assert.Equal(0.75 * 0.5, covered[5, 1], 0.005);
        Assert.Equal(0, covered[1, 3]);
    }

    [Fact]
    public void Triangles_CoverHalfOfWhatTheirHypotenuseCuts()
    {
        var covered = Coverage(8, scene => scene.Polygon(Ink, new ScenePoint(0, 0), new ScenePoint(8, 0), new ScenePoint(8, 8)));
        Assert.Equal(32, Sum(covered), 0.1);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(0.5, covered[7 - i, i], 0.005);
        }
    }

    [Fact]
    public void Polygons_WoundTwiceOrBackwards_AreFilledOnce()
    {
        ScenePoint[] square = [new(1, 1), new(6, 1), new(6, 6), new(1, 6)];
        Assert.Equal(25, Sum(Coverage(8, scene => scene.Polygon(Ink, [.. square, .. square]))), 0.05);
        Assert.Equal(25, Sum(Coverage(8, scene => scene.Polygon(Ink, [.. square.Reverse()]))), 0.05);
    }

    [Fact]
    public void Polygons_BeyondTheBorders_FillWhatIsInside()
    {
        Assert.Equal(64, Sum(Coverage(8, scene => scene.Rectangle(Ink, -1e6, -50, 1e6, 50))), 0.05);
        Assert.Equal(32, Sum(Coverage(8, scene => scene.Polygon(Ink, new ScenePoint(-8, -8), new ScenePoint(16, -8), new ScenePoint(16, 16)))), 0.1);
        Assert.Equal(0, Sum(Coverage(8, scene => scene.Rectangle(Ink, 9, 9, 12, 12))));
        Assert.Equal(0, Sum(Coverage(8, scene => scene.Rectangle(Ink, -12, 1, -9, 4))));
    }

    [Fact]
    public void Circles_AndLines_HaveTheirAreas()
    {
        Assert.Equal(Math.PI * 100, Sum(Coverage(32, scene => scene.Circle(Ink, 15.3, 16.1, 10))), 1.5);
        Assert.Equal((20 * 4) + (Math.PI * 4), Sum(Coverage(32, scene => scene.Line(Ink, 4, new ScenePoint(4, 8), new ScenePoint(16, 24)))), 1.5);

        // A hair of a tenth of a pixel is a pixel wide and a tenth as dark.
        var hair = Coverage(32, scene => scene.Line(Ink, 0.1, new ScenePoint(2, 16.5), new ScenePoint(30, 16.5)));
        Assert.Equal(0.1, hair[15, 10], 0.01);
        Assert.Equal(28 * 0.1, Sum(hair), 0.3);
    }

    [Fact]
    public void BentLines_ThatShineThrough_AreNoDarkerAtTheirJoints()
    {
        var covered = Coverage(16, scene => scene.Line(new SceneColor(0, 0, 0, 128), 4, new ScenePoint(2, 8), new ScenePoint(8, 8), new ScenePoint(8, 14)));
        Assert.Equal(128 / 255.0, covered.Cast<double>().Max(), 0.005);
    }

    [Fact]
    public void Images_KeepTheirPixels_RowsFromTheTop()
    {
        var scene = new Scene();
        scene.SetWindow(0, 0, 4, 4);
        scene.Image(0, 0, 4, 4, 2, 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]);
        var pixels = RasterDrawing.Draw(scene, 4).Pixels.Span;
        Assert.Equal([255, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255, 0], pixels[..12].ToArray());
        Assert.Equal([0, 0, 255, 0, 0, 255, 9, 9, 9, 9, 9, 9], pixels[36..].ToArray());
    }

    [Fact]
    public void EverySignOfAscii_LooksDifferent_AndStaysWithinItsLine()
    {
        var pictures = new HashSet<string>();
        for (var sign = '!'; sign <= '~'; sign++)
        {
            var covered = Coverage(24, scene => scene.Text(Ink, 12, 12, 10, $"{sign}"));
            Assert.InRange(Sum(covered), 1, 120);
            Assert.True(pictures.Add(string.Join(' ', covered.Cast<double>())), $"'{sign}' looks like another.");
            for (var row = 0; row < 24; row++)
            {
                Assert.True(covered[row, 0] + covered[row, 23] == 0 && (row > 3 || covered[row, 12] == 0));
            }
        }

        Assert.Equal(126 - 32, pictures.Count);
    }

    [Fact]
    public void ShapesThatAreNowhere_AreLeftOut()
    {
        var covered = Coverage(8, scene =>
        {
            scene.Circle(Ink, double.NaN, 0, 1);
            scene.Line(Ink, 1, new ScenePoint(0, 0), new ScenePoint(double.PositiveInfinity, 1));
            scene.Polygon(Ink, new ScenePoint(0, 0), new ScenePoint(1, double.NaN), new ScenePoint(1, 1));
        });
        Assert.Equal(0, Sum(covered));
    }

    [Fact]
    public void Png_HoldsThePixels()
    {
        var scene = new Scene();
        scene.Circle(SceneColors.Red, 0.2, 0.1, 0.5);
        var picture = RasterDrawing.Draw(scene, 31);
        var file = PngEncoder.Encode(picture.Rows, picture.Columns, picture.Pixels.Span);
        Assert.Equal((31, 31), (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20))));
        var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33));
        using var data = new ZLibStream(new MemoryStream(file, 41, length), CompressionMode.Decompress);
        var raw = new byte[31 * ((31 * 3) + 1)];
        data.ReadExactly(raw);
        for (var row = 0; row < 31; row++)
        {
            Assert.Equal(0, raw[row * 94]);
            Assert.Equal(picture.Pixels.Slice(row * 93, 93).ToArray(), raw[((row * 94) + 1)..((row + 1) * 94)]);
        }

        // The checksum of a known chunk.
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], file[^4..]);
    }

    private static double Sum(double[,] covered) => covered.Cast<double>().Sum();

    // Black on white in a window of as many units as pixels.
    private static double[,] Coverage(int size, Action<Scene> draw)
    {
        var scene = new Scene();
        scene.SetWindow(0, 0, size, size);
        draw(scene);
        var pixels = RasterDrawing.Draw(scene, size).Pixels.Span;
        var covered = new double[size, size];
        for (var i = 0; i < size * size; i++)
        {
            covered[i / size, i % size] = (scene.Background.Red - pixels[3 * i]) / 255.0;
        }

        return covered;
    }
}
