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
    public void Texts_AreTheTerminalsOwn_WhereNothingCoversThem()
    {
        var scene = new Scene();
        scene.SetWindow(0, 0, 8, 4);
        scene.Text(SceneColor.Hex(0x102030), 4, 3, 0.5, "ab cd");
        scene.Text(SceneColors.Black, double.NaN, 3, 0.5, "nowhere");
        scene.Rectangle(SceneColor.Hex(0), 5, 2, 8, 4);
        Assert.Equal("  ab @@@\n        \n", TerminalDrawing.Write(scene, 8, 2, colors: false));
        var colored = TerminalDrawing.Write(scene, 8, 2, colors: true).Split('\n')[0];
        Assert.StartsWith("\e[38;2;255;255;255m\e[48;2;255;255;255m▀▀\e[38;2;16;32;48mab\e[38;2;255;255;255m▀", colored);
        Assert.DoesNotContain("c", colored.Replace("m", ""));
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
