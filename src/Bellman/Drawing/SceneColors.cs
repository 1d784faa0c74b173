namespace Bellman;

/// <summary>Colours that go together, for environments that have none of their own.</summary>
public static class SceneColors
{
    /// <summary>Paper.</summary>
    public static SceneColor White => SceneColor.Hex(0xFFFFFF);

    /// <summary>Ink.</summary>
    public static SceneColor Black => SceneColor.Hex(0x1B1F24);

    /// <summary>What stays in the background.</summary>
    public static SceneColor Gray => SceneColor.Hex(0x9AA4AF);

    /// <summary>Ground and walls.</summary>
    public static SceneColor LightGray => SceneColor.Hex(0xDDE2E8);

    /// <summary>The agent, if it has no colour of its own.</summary>
    public static SceneColor Blue => SceneColor.Hex(0x2F6FDE);

    /// <summary>Danger, or a force.</summary>
    public static SceneColor Red => SceneColor.Hex(0xD8483B);

    /// <summary>A goal.</summary>
    public static SceneColor Green => SceneColor.Hex(0x2E9E5B);

    /// <summary>Something to note.</summary>
    public static SceneColor Yellow => SceneColor.Hex(0xE8B33F);

    /// <summary>Wood.</summary>
    public static SceneColor Brown => SceneColor.Hex(0xB08155);
}
