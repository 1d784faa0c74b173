using System.Globalization;

namespace Bellman;

/// <summary>A step that somebody took, as off-policy learners need it: without the state that followed there is nothing to learn from.</summary>
/// <param name="State">The state's number.</param>
/// <param name="Action">The action's number.</param>
/// <param name="Reward">What it paid.</param>
/// <param name="NextState">The state that it led to.</param>
/// <param name="Terminated">Whether the task ended with it; an episode that was only cut off went on as far as learning goes.</param>
public readonly record struct TabularStep(int State, int Action, double Reward, int NextState, bool Terminated);

/// <summary>
/// Steps as CSV files with a header: the columns <c>state,action,reward,nextState,terminated</c> in any order, others beside them left alone; <c>next_state</c>, <c>done</c> and <c>1</c> for true are understood.
/// </summary>
public static class StepData
{
    private const string Header = "state,action,reward,nextState,terminated";

    /// <summary>Reads steps.</summary>
    /// <param name="path">The file.</param>
    /// <param name="states">How many states there are; a step beyond them is refused.</param>
    /// <param name="actions">How many actions there are.</param>
    /// <exception cref="FormatException">The file is broken, lacks a column, or a number is none or out of range; the line is named.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<TabularStep> Read(string path, int states, int actions)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (csv, file) = (CsvReader.Open(path), Path.GetFileName(path));
        var (state, action, reward) = (Column("state", "s"), Column("action", "a"), Column("reward", "r"));
        var (next, terminated) = (Column("nextState", "next_state", "s'"), Column("terminated", "done"));
        return [.. csv.Rows().Select(row => new TabularStep(Index(row, state, states), Index(row, action, actions), Number(row, reward), Index(row, next, states), Flag(row, terminated)))];

        int Column(params ReadOnlySpan<string> names) => csv.Find(names) is >= 0 and var place
            ? place
            : throw new FormatException($"{file} has no column '{names[0]}'; its header is {string.Join(",", csv.Header)}, but needs {Header}.");

        FormatException Wrong(CsvRow row, int column, string expected) => new($"Line {row.Line} of {file} gives the {csv.Header[column]} '{row.Fields[column]}'; it must be {expected}.");

        int Index(CsvRow row, int column, int count) => int.TryParse(row.Fields[column], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value) && value >= 0 && value < count
            ? value
            : throw Wrong(row, column, $"a whole number from 0 to {count - 1}");

        double Number(CsvRow row, int column) => double.TryParse(row.Fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Wrong(row, column, "a finite number");

        bool Flag(CsvRow row, int column) => row.Fields[column].Trim() switch
        {
            "1" or "1.0" => true,
            "0" or "0.0" => false,
            var text when bool.TryParse(text, out var flag) => flag,
            _ => throw Wrong(row, column, "true or false"),
        };
    }

    /// <summary>Writes steps, so that <see cref="Read"/> gives the same back.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<TabularStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        File.WriteAllLines(path, steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.State},{step.Action},{step.Reward:R},{step.NextState},{(step.Terminated ? "true" : "false")}")).Prepend(Header));
    }
}
