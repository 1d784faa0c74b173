namespace Bellman.Tests;

/// <summary>Animations: what a reader gets back.</summary>
public sealed class GifEncoderTests
{
    [Fact]
    public void FewColors_ComeBackExactly_AndOnlyWhatChangedIsStored()
    {
        var frames = Enumerable.Range(0, 10).Select(Moving).ToList();
        var read = GifDecoder.Read(Encode(frames, 40), out var rows, out var columns);
        Assert.Equal((60, 60), (rows, columns));
        Assert.Equal(10, read.Count);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(frames[i].Pixels.ToArray(), read[i].Pixels);
            Assert.Equal(4, read[i].Delay);
        }

        Assert.Equal(3600, read[0].ChangedPixels);
        Assert.All(read.Skip(1), frame => Assert.InRange(frame.ChangedPixels, 1, 400));
    }

    [Fact]
    public void FramesWithoutChange_ProlongTheOneBefore_AndDelaysAddUp()
    {
        var still = Moving(0);
        var read = GifDecoder.Read(Encode([still, still, still, Moving(1)], 33), out _, out _);
        Assert.Equal(2, read.Count);
        Assert.Equal((10, 3), (read[0].Delay, read[1].Delay));
    }

    [Fact]
    public void ManyColors_AreOffByLittle()
    {
        // Every one of 90,000 pixels is another colour, and the code table overflows several times.
        var pixels = new byte[3 * 300 * 300];
        for (var i = 0; i < 300 * 300; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = ((byte)(i % 300 * 255 / 299), (byte)(i / 300 * 255 / 299), (byte)(i * 31 % 64));
        }

        var read = GifDecoder.Read(Encode([new Picture(300, 300, pixels)], 100), out _, out _);
        var worst = pixels.Zip(read[0].Pixels, (one, other) => Math.Abs(one - other)).ToList();
        Assert.InRange(worst.Average(), 0, 12);
        Assert.InRange(worst.Max(), 0, 40);
    }

    [Fact]
    public void Noise_SurvivesTheCompression()
    {
        var random = new Random(1);
        var pixels = new byte[3 * 128 * 128];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            // 200 colours without any pattern.
            pixels[i] = (byte)random.Next(200);
        }

        Assert.Equal(pixels, GifDecoder.Read(Encode([new Picture(128, 128, pixels)], 100), out _, out _)[0].Pixels);
    }

    [Fact]
    public void FramesOfDifferentSizes_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Encode([Moving(0), RasterDrawing.Draw(new Scene(), 61)], 10));
        Assert.Throws<ArgumentException>(() => Encode([], 10));
    }

    private static byte[] Encode(IReadOnlyList<Picture> pictures, int milliseconds)
    {
        using var stream = new MemoryStream();
        GifEncoder.Write(stream, pictures.Select(picture => new GifFrame(picture, TimeSpan.FromMilliseconds(milliseconds))));
        return stream.ToArray();
    }

    private static Picture Moving(int step)
    {
        var scene = new Scene();
        scene.Circle(SceneColors.Blue, -0.6 + (0.1 * step), 0, 0.2);
        return RasterDrawing.Draw(scene, 60);
    }
}
