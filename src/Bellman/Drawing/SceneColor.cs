namespace Bellman;

/// <summary>A colour in sRGB.</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
/// <param name="Alpha">255 covers what lies beneath, 0 shows it.</param>
public readonly record struct SceneColor(byte Red, byte Green, byte Blue, byte Alpha = 255)
{
    /// <summary>From 0xRRGGBB.</summary>
    public static SceneColor Hex(int rgb) => new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
}
