using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>
/// A task that counts: the observation is the number of steps (the second element the last action), the reward too, and after ten steps it terminates. It tells a cost of 1 a step, its gain is a parameter,
/// and its last action is forbidden.
/// </summary>
internal sealed class Scripted : IEnvironment, IStateful, ISignals, IParameters, IActionMask, IGoal
{
    private readonly ParameterTable parameters;
    private double gain = 1;

    public Scripted(Space? actions = null)
    {
        ActionSpace = actions ?? new BoxSpace(-2, 4, 1);
        parameters = new ParameterTable().With("gain", () => gain, value => gain = value, 0);
    }

    public Space ObservationSpace { get; } = new BoxSpace(-100, 100, 2);

    public Space ActionSpace { get; }

    public int Steps { get; private set; }

    public float Action { get; private set; }

    public IReadOnlyList<string> SignalNames { get; } = ["cost"];

    public IReadOnlyList<string> ParameterNames => parameters.Names;

    public int MaskLength => 3;

    public double GetParameter(string name) => parameters.Get(name);

    public void SetParameter(string name, double value) => parameters.Set(name, value);

    public void Reset(RandomStream random, RowWriter observation)
    {
        (Steps, Action) = (0, 0);
        Show(observation);
    }

    public StepResult Step(RowReader action, RowWriter observation)
    {
        Steps++;
        Action = ActionSpace is BoxSpace ? action.Floats[0] : action.Integers[0];
        Show(observation);
        return new StepResult(Steps * gain, Steps == 10, false);
    }

    public void ReadSignals(Span<double> values) => values[0] = 1;

    public void WriteMask(Span<byte> mask)
    {
        mask.Fill(1);
        mask[2] = 0;
    }

    public double ComputeReward(RowReader achieved, RowReader desired) => 0;

    public bool ComputeTerminated(RowReader achieved, RowReader desired) => false;

    public void SaveState(BinaryWriter writer)
    {
        writer.Write(Steps);
        writer.Write(Action);
    }

    public void LoadState(BinaryReader reader) => (Steps, Action) = (reader.ReadInt32(), reader.ReadSingle());

    public void Dispose()
    {
    }

    private void Show(RowWriter observation) => (observation.Floats[0], observation.Floats[1]) = (Steps, Action);
}
