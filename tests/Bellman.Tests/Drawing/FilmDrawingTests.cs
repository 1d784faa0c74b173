namespace Bellman.Tests;

public sealed class FilmDrawingTests
{
    [Theory]
    [InlineData("FrozenLake-v1")]
    [InlineData("Racetrack-v0")]
    [InlineData("CartPole-v1")]
    public void EveryPicture_IsTheOneThatTheSceneAloneGives(string environment)
    {
        var film = new FilmDrawing(90, 120);

        // Two episodes one after the other, forth and back: the back grows, shrinks and is another one.
        var frames = Replay.RecordRandom(environment, episodes: 2, seed: 5).Episodes.SelectMany(episode => episode.Frames.Take(15)).ToArray();
        foreach (var frame in frames.Concat(frames.Reverse()))
        {
            Assert.True(film.Draw(frame.Scene).Pixels.Span.SequenceEqual(RasterDrawing.Draw(frame.Scene, 90, 120).Pixels.Span));
        }
    }

    [Fact]
    public void AnotherWindowOrBackground_IsDrawnAnew()
    {
        var film = new FilmDrawing(40, 40);
        foreach (var (left, background) in new[] { (-1.0, SceneColors.White), (-2.0, SceneColors.White), (-2.0, SceneColors.Blue), (-1.0, SceneColors.White) })
        {
            var scene = new Scene { Background = background };
            scene.SetWindow(left, -1, 1, 1);
            scene.Rectangle(SceneColors.Red, -0.5, -0.5, 0.5, 0.5);
            scene.Image(0, 0, 0.5, 0.5, 1, 2, [0, 200]);
            Assert.True(film.Draw(scene).Pixels.Span.SequenceEqual(RasterDrawing.Draw(scene, 40, 40).Pixels.Span));
        }
    }
}
