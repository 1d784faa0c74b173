using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>
/// A robot in MuJoCo. An action sets the actuators' controls for some steps of the integrator, as in Gymnasium. The whole state can be saved in mid-episode, the solver's starting point included,
/// and goes on with the same bits.
/// </summary>
public abstract class MujocoEnvironment : IEnvironment, IStateful, IStateVector, IParameters, IDrawable, ISignals
{
    private readonly string[] signalNames;
    private readonly double[] signals;
    private readonly int frameSkip;
    private BoxSpace? observationSpace;
    private MujocoParameters? parameters;

    /// <summary>A robot.</summary>
    /// <param name="model">Its model; the environment disposes of it.</param>
    /// <param name="frameSkip">How many steps the integrator makes while an action lasts.</param>
    /// <param name="signals">What the numbers besides the reward are called.</param>
    protected MujocoEnvironment(MujocoModel model, int frameSkip, params string[] signals)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(signals);
        Model = model;
        Data = new MujocoData(model);
        this.frameSkip = frameSkip;
        signalNames = signals;
        this.signals = new double[signals.Length];
        var ranges = model.ControlRanges;
        var (low, high) = (new float[model.ControlCount], new float[model.ControlCount]);
        for (var i = 0; i < low.Length; i++)
        {
            (low[i], high[i]) = ((float)ranges[2 * i], (float)ranges[(2 * i) + 1]);
        }

        ActionSpace = new BoxSpace(low, high);
    }

    /// <summary>The model. Its numbers may be changed between steps.</summary>
    public MujocoModel Model { get; }

    /// <summary>The simulation.</summary>
    public MujocoData Data { get; }

    /// <summary>How long an action lasts, s.</summary>
    public double StepTime => Model.TimeStep * frameSkip;

    /// <inheritdoc/>
    public Space ObservationSpace => observationSpace ??= new BoxSpace(float.NegativeInfinity, float.PositiveInfinity, ObservationLength);

    /// <inheritdoc/>
    public Space ActionSpace { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> SignalNames => signalNames;

    /// <summary>
    /// <c>gravity</c> (m/s²), <c>mass</c> (of all bodies together, kg), <c>frictionScale</c>, <c>dampingScale</c> and <c>motorGain</c> (factors, 1 at first). A changed mass holds from the next reset.
    /// </summary>
    public IReadOnlyList<string> ParameterNames => Parameters.Table.Names;

    /// <summary>How many numbers an observation has.</summary>
    protected abstract int ObservationLength { get; }

    private MujocoParameters Parameters => parameters ??= new MujocoParameters(Model);

    /// <summary>From where the robot is drawn.</summary>
    protected virtual MujocoView View => MujocoView.Side(0.9);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        parameters?.Apply(Data);
        Data.Reset();
        DrawState(random, Data.Positions, Data.Velocities);
        Begin(observation);
    }

    /// <summary>Begins at a given state, at time 0, as if a reset had drawn it.</summary>
    /// <param name="positions">Coordinates, as in <see cref="MujocoData.Positions"/>.</param>
    /// <param name="velocities">Velocities, as in <see cref="MujocoData.Velocities"/>.</param>
    /// <param name="observation">Receives the observation.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers than the model has.</exception>
    public void SetState(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, RowWriter observation)
    {
        if (positions.Length != Model.PositionCount || velocities.Length != Model.VelocityCount)
        {
            throw new ArgumentException($"The state has {Model.PositionCount} positions and {Model.VelocityCount} velocities, but was given {positions.Length} and {velocities.Length}.", nameof(positions));
        }

        parameters?.Apply(Data);
        Data.Reset();
        positions.CopyTo(Data.Positions);
        velocities.CopyTo(Data.Velocities);
        Begin(observation);
    }

    /// <inheritdoc/>
    public int StateLength => Model.PositionCount + Model.VelocityCount;

    /// <inheritdoc/>
    public void ReadState(Span<double> state)
    {
        Data.Positions.CopyTo(state);
        Data.Velocities.CopyTo(state[Model.PositionCount..]);
    }

    /// <inheritdoc/>
    public void SetState(ReadOnlySpan<double> state, RowWriter observation) => SetState(state[..Model.PositionCount], state[Model.PositionCount..], observation);

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var given = action.Floats;
        BeforeStep();
        var controls = Data.Controls;
        for (var i = 0; i < controls.Length; i++)
        {
            controls[i] = given[i];
        }

        for (var i = 0; i < frameSkip; i++)
        {
            Data.Step();
        }

        Data.ComputeContactForces();
        var result = Judge(given, signals);
        Observe(observation.Floats);
        return result;
    }

    /// <inheritdoc/>
    public void ReadSignals(Span<double> values) => signals.CopyTo(values);

    /// <inheritdoc/>
    public double GetParameter(string name) => Parameters.Table.Get(name);

    /// <inheritdoc/>
    public void SetParameter(string name, double value) => Parameters.Table.Set(name, value);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Data.Time);
        Write(Data.Positions);
        Write(Data.Velocities);
        Write(Data.Activations);
        Write(Data.WarmStart);

        // Places are those of the last pass, not of the present state, and some rewards are made with them.
        Write(Data.BodyPositions);
        Write(signals);

        void Write(ReadOnlySpan<double> values)
        {
            foreach (var value in values)
            {
                writer.Write(value);
            }
        }
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        parameters?.Apply(Data);
        Data.Reset();
        var time = reader.ReadDouble();
        Read(Data.Positions);
        Read(Data.Velocities);
        Read(Data.Activations);

        // What the pass writes is then put back: it normalises quaternions once more, which need not leave their last bit.
        double[] positions = [.. Data.Positions];
        Data.Forward();
        positions.CopyTo(Data.Positions);
        Data.Time = time;
        Read(Data.WarmStart);
        Read(Data.BodyPositions);
        Read(signals);

        void Read(Span<double> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = reader.ReadDouble();
            }
        }
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);

        // The picture is of the present state; what rewards are made with stays as the last step left it.
        double[] positions = [.. Data.Positions], places = [.. Data.BodyPositions];
        Data.ComputePlaces();
        MujocoDrawing.Draw(scene, Data, View);
        positions.CopyTo(Data.Positions);
        places.CopyTo(Data.BodyPositions);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the simulation and the model.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Data.Dispose();
            Model.Dispose();
        }
    }

    /// <summary>Draws an initial state in Gymnasium's order.</summary>
    /// <param name="random">The episode's stream.</param>
    /// <param name="positions">Holds the model's initial positions.</param>
    /// <param name="velocities">Holds zeros.</param>
    protected abstract void DrawState(RandomStream random, Span<double> positions, Span<double> velocities);

    /// <summary>Keeps what the reward compares with.</summary>
    protected virtual void BeforeStep()
    {
    }

    /// <summary>The reward and the end of the step just made.</summary>
    /// <param name="action">What was done.</param>
    /// <param name="signals">Receives the numbers besides the reward.</param>
    protected abstract StepResult Judge(ReadOnlySpan<float> action, Span<double> signals);

    /// <summary>Tells where the robot is, which is told at the beginning of an episode too.</summary>
    /// <param name="signals">The numbers besides the reward; those of places come first.</param>
    protected virtual void TellPlace(Span<double> signals)
    {
    }

    /// <summary>Writes the observation.</summary>
    protected abstract void Observe(Span<float> observation);

    /// <summary>Writes positions from one on, then velocities.</summary>
    /// <param name="observation">Where to.</param>
    /// <param name="first">The first position.</param>
    /// <returns>How many numbers were written.</returns>
    protected int ObserveState(Span<float> observation, int first)
    {
        var count = 0;
        foreach (var position in Data.Positions[first..])
        {
            observation[count++] = (float)position;
        }

        foreach (var velocity in Data.Velocities)
        {
            observation[count++] = (float)velocity;
        }

        return count;
    }

    /// <summary>Adds noise drawn evenly between −scale and scale.</summary>
    protected static void AddUniform(RandomStream random, Span<double> values, double scale)
    {
        ArgumentNullException.ThrowIfNull(random);
        foreach (ref var value in values)
        {
            value += random.Uniform(-scale, scale);
        }
    }

    /// <summary>Adds noise drawn from a normal distribution.</summary>
    protected static void AddNormal(RandomStream random, Span<double> values, double scale)
    {
        ArgumentNullException.ThrowIfNull(random);
        foreach (ref var value in values)
        {
            value += scale * random.Normal();
        }
    }

    private void Begin(RowWriter observation)
    {
        Data.Forward();
        signals.AsSpan().Clear();
        TellPlace(signals);
        Observe(observation.Floats);
    }
}
