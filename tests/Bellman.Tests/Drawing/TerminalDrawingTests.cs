namespace Bellman.Tests;

/// <summary>Scenes as text.</summary>
public sealed class TerminalDrawingTests
{
    [Fact]
    public void PlainCharacters_ShowShapesWhereTheyAre()
    {
        var scene = new Scene();
        scene.Rectangle(SceneColor.Hex(0), -1, 0, 0, 1);
        Assert.Equal("@@@@    \n@@@@    \n        \n        \n", TerminalDrawing.Write(scene, 8, 10, colors: false));
    }

    [Fact]
    public void Colors_TakeTwoPixelsACharacter()
    {
        var scene = new Scene();
        scene.SetWindow(0, 0, 2, 2);
        scene.Rectangle(SceneColor.Hex(0x102030), 0, 1, 2, 2);
        Assert.Equal("\e[38;2;16;32;48m\e[48;2;255;255;255m▀▀\e[0m\n", TerminalDrawing.Write(scene, 2, 1, colors: true));
    }

    [Fact]
    public void Pictures_FitTheScreen_AndKeepTheirProportions()
    {
        var scene = new Scene();
        scene.SetWindow(0, 0, 4, 1);
        var lines = TerminalDrawing.Write(scene, 80, 20, colors: false).TrimEnd('\n').Split('\n');
        Assert.Equal((10, 80), (lines.Length, lines[0].Length));
        lines = TerminalDrawing.Write(new Scene(), 80, 20, colors: false).TrimEnd('\n').Split('\n');
        Assert.Equal((20, 40), (lines.Length, lines[0].Length));
    }
}
