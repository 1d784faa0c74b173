using System.Xml.Linq;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Scenes as SVG.</summary>
public sealed class SvgDrawingTests
{
    [Fact]
    public void World_PointsUpwards_AndFillsTheWidth()
    {
        var scene = new Scene();
        scene.SetWindow(-1, 0, 3, 2);
        scene.Circle(SceneColors.Red, 0, 2, 0.5);
        var svg = XElement.Parse(SvgDrawing.Write(scene, 400));
        Assert.Equal("200", svg.Attribute("height")!.Value);
        var circle = svg.Elements().Last();
        Assert.Equal(("100", "0", "50"), (circle.Attribute("cx")!.Value, circle.Attribute("cy")!.Value, circle.Attribute("r")!.Value));
    }

    [Theory]
    [InlineData("CartPole-v1")]
    [InlineData("MountainCar-v0")]
    [InlineData("MountainCarContinuous-v0")]
    [InlineData("Pendulum-v1")]
    [InlineData("Acrobot-v1")]
    public void ClassicControl_DrawsItselfWithinItsWindow(string id)
    {
        using var environment = EnvironmentRegistry.Default.Make(id);
        Rows observation = new(environment.ObservationSpace.Layout, 1), action = new(environment.ActionSpace.Layout, 1);
        var random = new RandomStream(1);
        environment.Reset(random, observation.Writer(0));
        var pictures = new HashSet<string>();
        for (var t = 0; t < 5; t++)
        {
            var scene = new Scene();
            environment.As<IDrawable>()!.Draw(scene);
            Assert.True(scene.Shapes.Count >= 2);
            Assert.All(scene.Shapes.OfType<ScenePolygon>().SelectMany(polygon => polygon.Points), point => Assert.InRange(point.X, scene.Left - scene.Width, scene.Right + scene.Width));
            pictures.Add(XElement.Parse(SvgDrawing.Write(scene)).ToString());
            environment.ActionSpace.Sample(random, action.Writer(0));
            environment.Step(action.Reader(0), observation.Writer(0));
        }

        Assert.Equal(5, pictures.Count);
    }

    [Fact]
    public void TextAndImages_AreEscapedAndEmbedded()
    {
        var scene = new Scene();
        scene.Text(SceneColors.Black, 0, 0, 0.1, "a < b & c");
        scene.Image(-1, -1, 1, 1, 2, 2, [0, 255, 255, 0]);
        var elements = XElement.Parse(SvgDrawing.Write(scene)).Elements().ToList();
        Assert.Equal("a < b & c", elements[1].Value);
        Assert.StartsWith("data:image/png;base64,iVBORw0KGgo", elements[2].Attribute("href")!.Value, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => scene.Image(-1, -1, 1, 1, 2, 2, [0, 255, 255]));
        Assert.Throws<ArgumentException>(() => scene.SetWindow(1, 0, 0, 1));
    }
}
