namespace Bellman;

/// <summary>A finite task whose states lie on a grid, row by row from the top, so that values and policies can be drawn as maps.</summary>
public interface IStateGrid
{
    /// <summary>Rows of the grid.</summary>
    int GridRows { get; }

    /// <summary>Columns of the grid.</summary>
    int GridColumns { get; }

    /// <summary>Where an action points: one to the right is (1, 0), one up (0, 1), and (0, 0) what stays.</summary>
    ScenePoint Direction(int action);

    /// <summary>What is written in place of an arrow, where actions do not point anywhere; null for arrows.</summary>
    string? Label(int action) => null;
}
