using System.Text;

namespace Bellman.Environments;

/// <summary>
/// A compiled model (<c>mjModel</c>): what does not change while the simulation goes on. Masses, lengths, friction and gears may be written between steps; after a change of masses or lengths call
/// <see cref="MujocoData.SetConstants"/>. A model may serve several <see cref="MujocoData"/>, and belongs to one thread at a time.
/// </summary>
public sealed class MujocoModel : IDisposable
{
    private readonly NativeMemoryView view;
    private bool disposed;

    private MujocoModel(nint address) => view = new NativeMemoryView(address);

    /// <summary>Frees the model if nobody disposed of it.</summary>
    ~MujocoModel() => Free();

    /// <summary>The step of the integrator, s (<c>opt.timestep</c>).</summary>
    public double TimeStep
    {
        get => Checked.Value<double>(MujocoLayout.Model.Option + MujocoLayout.Option.TimeStep);
        set => Checked.Value<double>(MujocoLayout.Model.Option + MujocoLayout.Option.TimeStep) = value;
    }

    /// <summary>Acceleration of gravity, m/s², three numbers (<c>opt.gravity</c>).</summary>
    public Span<double> Gravity => Checked.Inside<double>(MujocoLayout.Model.Option + MujocoLayout.Option.Gravity, 3);

    /// <summary>How many coordinates there are (<c>nq</c>).</summary>
    public int PositionCount => Checked.Value<int>(MujocoLayout.Model.PositionCount);

    /// <summary>How many degrees of freedom there are (<c>nv</c>).</summary>
    public int VelocityCount => Checked.Value<int>(MujocoLayout.Model.VelocityCount);

    /// <summary>How many actuators there are (<c>nu</c>).</summary>
    public int ControlCount => Checked.Value<int>(MujocoLayout.Model.ControlCount);

    /// <summary>How many actuators have a state of their own (<c>na</c>).</summary>
    public int ActivationCount => Checked.Value<int>(MujocoLayout.Model.ActivationCount);

    /// <summary>How many bodies there are, the world among them (<c>nbody</c>).</summary>
    public int BodyCount => Checked.Value<int>(MujocoLayout.Model.BodyCount);

    /// <summary>How many shapes there are (<c>ngeom</c>).</summary>
    public int GeomCount => Checked.Value<int>(MujocoLayout.Model.GeomCount);

    /// <summary>How many marked places there are (<c>nsite</c>).</summary>
    public int SiteCount => Checked.Value<int>(MujocoLayout.Model.SiteCount);

    /// <summary>The coordinates in which the model is written, <c>[positions]</c> (<c>qpos0</c>).</summary>
    public ReadOnlySpan<double> InitialPositions => Array<double>(MujocoLayout.Model.InitialPositions, PositionCount);

    /// <summary>Masses, kg, <c>[bodies]</c> (<c>body_mass</c>).</summary>
    public Span<double> BodyMasses => Array<double>(MujocoLayout.Model.BodyMass, BodyCount);

    /// <summary>Principal moments of inertia, kg·m², <c>[bodies, 3]</c> (<c>body_inertia</c>).</summary>
    public Span<double> BodyInertias => Array<double>(MujocoLayout.Model.BodyInertia, 3 * BodyCount);

    /// <summary>Damping of each degree of freedom, <c>[velocities]</c> (<c>dof_damping</c>).</summary>
    public Span<double> Damping => Array<double>(MujocoLayout.Model.DofDamping, VelocityCount);

    /// <summary>Kinds of shapes, <c>[geoms]</c>: 0 plane, 2 sphere, 3 capsule, 4 ellipsoid, 5 cylinder, 6 box (<c>geom_type</c>).</summary>
    public ReadOnlySpan<int> GeomTypes => Array<int>(MujocoLayout.Model.GeomType, GeomCount);

    /// <summary>Sizes of shapes, m, <c>[geoms, 3]</c>; a capsule has its radius and half its length (<c>geom_size</c>).</summary>
    public Span<double> GeomSizes => Array<double>(MujocoLayout.Model.GeomSize, 3 * GeomCount);

    /// <summary>Friction along, around and rolling, <c>[geoms, 3]</c> (<c>geom_friction</c>).</summary>
    public Span<double> GeomFrictions => Array<double>(MujocoLayout.Model.GeomFriction, 3 * GeomCount);

    /// <summary>Red, green, blue, alpha from 0 to 1, <c>[geoms, 4]</c> (<c>geom_rgba</c>).</summary>
    public Span<float> GeomColors => Array<float>(MujocoLayout.Model.GeomColor, 4 * GeomCount);

    /// <summary>Least and greatest control, <c>[controls, 2]</c> (<c>actuator_ctrlrange</c>).</summary>
    public ReadOnlySpan<double> ControlRanges => Array<double>(MujocoLayout.Model.ControlRange, 2 * ControlCount);

    /// <summary>What a control of 1 brings along and around the three axes, <c>[controls, 6]</c>; a hinge has its torque in the first, N·m (<c>actuator_gear</c>).</summary>
    public Span<double> ActuatorGears => Array<double>(MujocoLayout.Model.ActuatorGear, 6 * ControlCount);

    /// <summary>The address, for MuJoCo's functions.</summary>
    internal nint Address => Checked.Address;

    private NativeMemoryView Checked
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return view;
        }
    }

    /// <summary>Compiles a model written in MJCF or URDF. Files that it names are looked for in the working folder.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model; the message says why.</exception>
    public static MujocoModel FromXml(string xml)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(xml);
        return new MujocoModel(MujocoLibrary.Functions.LoadXml(Encoding.UTF8.GetBytes(xml)));
    }

    /// <summary>Compiles a model in a file. Files that it names are looked for beside it.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model; the message says why.</exception>
    public static MujocoModel FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new MujocoModel(MujocoLibrary.Functions.LoadFile(path));
    }

    /// <summary>The number of a body; the world is 0.</summary>
    /// <exception cref="ArgumentException">None has this name.</exception>
    public int FindBody(string name)
    {
        var starts = Array<int>(MujocoLayout.Model.BodyNameStarts, BodyCount);
        var length = Checked.Value<int>(MujocoLayout.Model.NamesLength);
        for (var body = 0; body < starts.Length; body++)
        {
            if (view.Text(MujocoLayout.Model.Names, starts[body], length) == name)
            {
                return body;
            }
        }

        throw new ArgumentException($"The model has no body '{name}'.", nameof(name));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>An array of the model, by the place of its pointer.</summary>
    internal Span<T> Array<T>(int offset, int length) where T : unmanaged => Checked.Array<T>(offset, length);

    /// <summary>A number of the model.</summary>
    internal T Value<T>(int offset) where T : unmanaged => Checked.Value<T>(offset);

    private void Free()
    {
        if (!disposed)
        {
            disposed = true;
            MujocoLibrary.Functions.DeleteModel(view.Address);
        }
    }
}
