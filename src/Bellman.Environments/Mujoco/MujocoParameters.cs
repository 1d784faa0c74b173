namespace Bellman.Environments;

/// <summary>A model's physical parameters by name: its own gravity and mass, and factors on friction, damping and motors.</summary>
internal sealed class MujocoParameters
{
    private readonly MujocoModel model;
    private readonly double[] masses, inertias, frictions, dampings, gears;
    private readonly double ownMass;
    private double mass, friction = 1, damping = 1, motorGain = 1;
    private bool constantsAreOld;

    public MujocoParameters(MujocoModel model)
    {
        this.model = model;
        (masses, inertias) = ([.. model.BodyMasses], [.. model.BodyInertias]);
        (frictions, dampings, gears) = ([.. model.GeomFrictions], [.. model.Damping], [.. model.ActuatorGears]);
        ownMass = mass = masses.Sum();
        Table = new ParameterTable()
            .With("gravity", () => -this.model.Gravity[2], value => this.model.Gravity[2] = -value)
            .With("mass", () => mass, SetMass, 1e-6)
            .With("frictionScale", () => friction, value => Scale(frictions, friction = value, this.model.GeomFrictions), 0)
            .With("dampingScale", () => damping, value => Scale(dampings, damping = value, this.model.Damping), 0)
            .With("motorGain", () => motorGain, value => Scale(gears, motorGain = value, this.model.ActuatorGears));
    }

    public ParameterTable Table { get; }

    /// <summary>Brings what the model keeps of its masses up to date. The simulation's state is lost, so this belongs before a reset.</summary>
    public void Apply(MujocoData data)
    {
        if (constantsAreOld)
        {
            data.SetConstants();
            constantsAreOld = false;
        }
    }

    private static void Scale(double[] own, double factor, Span<double> into)
    {
        for (var i = 0; i < own.Length; i++)
        {
            into[i] = own[i] * factor;
        }
    }

    // All bodies are as much heavier: the density changes, the shape does not.
    private void SetMass(double value)
    {
        mass = value;
        Scale(masses, value / ownMass, model.BodyMasses);
        Scale(inertias, value / ownMass, model.BodyInertias);
        constantsAreOld = true;
    }
}
