namespace Bellman.Tests;

/// <summary>What planning found, as pictures.</summary>
public sealed class SolutionDrawingTests
{
    [Fact]
    public void EndsAndWalls_LookAsInTheTasksOwnPicture()
    {
        using var lake = new FrozenLake();
        var shapes = Draw(lake).Shapes;
        Assert.Equal(4, shapes.OfType<SceneCircle>().Count(circle => circle.Radius > 0.3));
        Assert.Equal(16 - 5, shapes.OfType<SceneText>().Count());

        using var world = new GridWorld();
        Assert.Equal(["+1", "-1"], Draw(world).Shapes.OfType<SceneText>().Select(text => text.Text).Where(text => text is "+1" or "-1"));
    }

    [Fact]
    public void CellsInWhichNobodyEverActs_HaveNoValue()
    {
        // Of the cliff's last row the start alone: the others lead back to it, or end the task.
        using var cliff = new CliffWalking();
        var texts = Draw(cliff).Shapes.OfType<SceneText>().ToList();
        Assert.Equal((3 * 12) + 1, texts.Count(text => text.Text != "cliff"));
        Assert.Single(texts, text => text.Text == "cliff");
    }

    private static Scene Draw<T>(T environment)
        where T : IFiniteMdp, IStateGrid =>
        SolutionDrawing.Draw(ValueIteration.Solve(new TabularModel(environment), new ValueIterationSettings()), environment);
}
