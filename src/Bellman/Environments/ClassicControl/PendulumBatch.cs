using System.Runtime.CompilerServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>The dynamics of many <see cref="Pendulum"/>s; see there for the task.</summary>
internal readonly struct PendulumBatch(int count, double gravity) : IBatchDynamics
{
    private readonly double[] angle = new double[count];
    private readonly double[] angularVelocity = new double[count];

    // What one step observes of the angle, the next one needs.
    private readonly double[] sineOfAngle = new double[count];

    public double[][] State => [angle, angularVelocity];

    public void Begin(int copy, RandomStream random, Span<float> observation)
    {
        angle[copy] = random.Uniform(-Math.PI, Math.PI);
        angularVelocity[copy] = random.Uniform(-1, 1);
        Derive(copy);
        observation[0] = (float)Math.Cos(angle[copy]);
        observation[1] = (float)Math.Sin(angle[copy]);
        observation[2] = (float)angularVelocity[copy];
    }

    // As Step computes it, to the last bit: a copy that was loaded must go on as one that was not.
    public void Derive(int copy) => DoubleMath.SinCos(DoubleLanesScalar.Load(angle, copy)).Sine.Store(sineOfAngle, copy);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Step<TLanes>(int first, Rows actions, Span<float> observations, double[] rewards) where TLanes : struct, IDoubleLanes<TLanes>
    {
        var theta = TLanes.Load(angle, first);
        var omega = TLanes.Load(angularVelocity, first);
        var torque = Clamp(TLanes.Load(actions.Floats(), first), Pendulum.MaximumTorque);

        // The angle from upright, in [−π, π).
        var shifted = theta + TLanes.Create(Math.PI);
        var turns = TLanes.Floor(shifted * TLanes.Create(1 / (2 * Math.PI)));
        var fromUpright = TLanes.MultiplyAdd(turns, TLanes.Create(-2 * Math.PI), shifted) - TLanes.Create(Math.PI);
        var cost = TLanes.MultiplyAdd(TLanes.Create(0.001) * torque, torque, TLanes.MultiplyAdd(TLanes.Create(0.1) * omega, omega, fromUpright * fromUpright));
        (-cost).Store(rewards, first);

        var acceleration = TLanes.MultiplyAdd(TLanes.Create(3 * gravity / 2), TLanes.Load(sineOfAngle, first), TLanes.Create(3) * torque);
        omega = Clamp(TLanes.MultiplyAdd(acceleration, TLanes.Create(Pendulum.TimeStep), omega), Pendulum.MaximumSpeed);
        theta = TLanes.MultiplyAdd(omega, TLanes.Create(Pendulum.TimeStep), theta);
        var (sine, cosine) = DoubleMath.SinCos(theta);
        theta.Store(angle, first);
        omega.Store(angularVelocity, first);
        sine.Store(sineOfAngle, first);
        TLanes.StoreRows(observations, first, cosine, sine, omega);
        return TLanes.Create(0);

        static TLanes Clamp(TLanes value, double limit) => TLanes.Min(TLanes.Max(value, TLanes.Create(-limit)), TLanes.Create(limit));
    }
}
