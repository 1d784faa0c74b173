namespace Bellman.Environments;

/// <summary>The state of a simulation and what is computed from it (<c>mjData</c>). It belongs to one thread at a time. After a <see cref="MujocoException"/> it must be reset.</summary>
public sealed class MujocoData : IDisposable
{
    private readonly MujocoFunctions functions = MujocoLibrary.Functions;
    private readonly NativeMemoryView view;
    private readonly int positions, velocities, activations, controls, bodies, geoms, sites;
    private bool disposed;

    /// <summary>A simulation at the model's initial positions.</summary>
    /// <param name="model">What is simulated; it must live as long as this.</param>
    /// <exception cref="MujocoException">There is not enough memory.</exception>
    public MujocoData(MujocoModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        (positions, velocities, activations, controls) = (model.PositionCount, model.VelocityCount, model.ActivationCount, model.ControlCount);
        (bodies, geoms, sites) = (model.BodyCount, model.GeomCount, model.SiteCount);
        view = new NativeMemoryView(functions.MakeData(model.Address));
    }

    /// <summary>Frees the simulation if nobody disposed of it.</summary>
    ~MujocoData() => Free();

    /// <summary>What is simulated.</summary>
    public MujocoModel Model { get; }

    /// <summary>Time since the reset, s (<c>time</c>).</summary>
    public double Time
    {
        get => Checked.Value<double>(MujocoLayout.Data.Time);
        set => Checked.Value<double>(MujocoLayout.Data.Time) = value;
    }

    /// <summary>Coordinates, <c>[positions]</c>, m and rad (<c>qpos</c>).</summary>
    public Span<double> Positions => Checked.Array<double>(MujocoLayout.Data.Positions, positions);

    /// <summary>Velocities, <c>[velocities]</c>, m/s and rad/s (<c>qvel</c>).</summary>
    public Span<double> Velocities => Checked.Array<double>(MujocoLayout.Data.Velocities, velocities);

    /// <summary>States of the actuators that have one, <c>[activations]</c> (<c>act</c>).</summary>
    public Span<double> Activations => Checked.Array<double>(MujocoLayout.Data.Activations, activations);

    /// <summary>Where the solver begins, <c>[velocities]</c>; part of the state if steps shall repeat to the bit (<c>qacc_warmstart</c>).</summary>
    public Span<double> WarmStart => Checked.Array<double>(MujocoLayout.Data.WarmStart, velocities);

    /// <summary>What the actuators are told, <c>[controls]</c> (<c>ctrl</c>).</summary>
    public Span<double> Controls => Checked.Array<double>(MujocoLayout.Data.Controls, controls);

    /// <summary>Places of the bodies' frames, m, <c>[bodies, 3]</c> (<c>xpos</c>). As everything computed, they are those of the last forward pass, which a step makes at its beginning.</summary>
    public Span<double> BodyPositions => Checked.Array<double>(MujocoLayout.Data.BodyPositions, 3 * bodies);

    /// <summary>Centres of the shapes, m, <c>[geoms, 3]</c> (<c>geom_xpos</c>).</summary>
    public ReadOnlySpan<double> GeomPositions => Checked.Array<double>(MujocoLayout.Data.GeomPositions, 3 * geoms);

    /// <summary>Rotations of the shapes, matrices row by row, <c>[geoms, 9]</c> (<c>geom_xmat</c>).</summary>
    public ReadOnlySpan<double> GeomRotations => Checked.Array<double>(MujocoLayout.Data.GeomRotations, 9 * geoms);

    /// <summary>Marked places, m, <c>[sites, 3]</c> (<c>site_xpos</c>).</summary>
    public ReadOnlySpan<double> SitePositions => Checked.Array<double>(MujocoLayout.Data.SitePositions, 3 * sites);

    /// <summary>Forces of contacts and limits on each degree of freedom, <c>[velocities]</c>, N and N·m (<c>qfrc_constraint</c>).</summary>
    public ReadOnlySpan<double> ConstraintForces => Checked.Array<double>(MujocoLayout.Data.ConstraintForces, velocities);

    /// <summary>Torque and force of contacts on each body, <c>[bodies, 6]</c>, N·m and N, as <see cref="ComputeContactForces"/> left them (<c>cfrc_ext</c>).</summary>
    public ReadOnlySpan<double> ContactForces => Checked.Array<double>(MujocoLayout.Data.ContactForces, 6 * bodies);

    /// <summary>How often since the reset MuJoCo had to warn: too many contacts, a full arena, a state that is not finite, whereupon it begins again at the initial positions.</summary>
    public int Warnings
    {
        get
        {
            var counts = Checked.Inside<int>(MujocoLayout.Data.Warnings, 16);
            var sum = 0;
            for (var kind = 0; kind < 8; kind++)
            {
                sum += counts[(2 * kind) + 1];
            }

            return sum;
        }
    }

    private NativeMemoryView Checked
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return view;
        }
    }

    /// <summary>Back to the initial positions, at rest (<c>mj_resetData</c>).</summary>
    public void Reset()
    {
        functions.ResetData(Model.Address, Checked.Address);
        GC.KeepAlive(this);
    }

    /// <summary>One step of the integrator (<c>mj_step</c>).</summary>
    /// <exception cref="MujocoException">MuJoCo stopped.</exception>
    public void Step()
    {
        functions.Step(Model.Address, Checked.Address);
        GC.KeepAlive(this);
    }

    /// <summary>Computes everything that follows from the state, without moving on (<c>mj_forward</c>).</summary>
    /// <exception cref="MujocoException">MuJoCo stopped.</exception>
    public void Forward()
    {
        functions.Forward(Model.Address, Checked.Address);
        GC.KeepAlive(this);
    }

    /// <summary>Computes the places of bodies, shapes and sites alone (<c>mj_kinematics</c>).</summary>
    /// <exception cref="MujocoException">MuJoCo stopped.</exception>
    public void ComputePlaces()
    {
        functions.Kinematics(Model.Address, Checked.Address);
        GC.KeepAlive(this);
    }

    /// <summary>Computes <see cref="ContactForces"/> (<c>mj_rnePostConstraint</c>).</summary>
    /// <exception cref="MujocoException">MuJoCo stopped.</exception>
    public void ComputeContactForces()
    {
        functions.AfterConstraints(Model.Address, Checked.Address);
        GC.KeepAlive(this);
    }

    /// <summary>Lets the model take in changed masses or lengths; the state is used as working memory and must be set again (<c>mj_setConst</c>).</summary>
    /// <exception cref="MujocoException">MuJoCo stopped.</exception>
    public void SetConstants()
    {
        functions.SetConstants(Model.Address, Checked.Address);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (!disposed)
        {
            disposed = true;
            functions.DeleteData(view.Address);
        }
    }
}
